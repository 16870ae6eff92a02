/** What a node's containerd is told. */
export type ContainerdSettings = {
  socket: string;
  root: string;
  state: string;
  /** The folder with the configuration of the network's plugins. */
  pluginFolder: string;
  pauseImage: string;
  registry: {
    host: string;
    caFile: string;
    username: string;
    password: string;
  };
};

const CRI = 'plugins."io.containerd.grpc.v1.cri"';

/** The configuration of a containerd 1.6 that shares the machine with others. */
export function renderContainerdConfig(settings: ContainerdSettings): string {
  const { registry } = settings;
  return [
    'version = 2',
    `root = ${quote(settings.root)}`,
    `state = ${quote(settings.state)}`,
    '',
    '[grpc]',
    `address = ${quote(settings.socket)}`,
    '',
    '[plugins."io.containerd.internal.v1.opt"]',
    `path = ${quote(`${settings.root}/opt`)}`,
    '',
    `[${CRI}]`,
    // Where the machine may not lower scores, every sandbox dies without this:
    // "can't get final child's PID from pipe: EOF".
    'restrict_oom_score_adj = true',
    // Then they go with the folder, and none stays in /run.
    'netns_mounts_under_state_dir = true',
    `sandbox_image = ${quote(settings.pauseImage)}`,
    '',
    `[${CRI}.cni]`,
    'bin_dir = "/usr/lib/cni"',
    `conf_dir = ${quote(settings.pluginFolder)}`,
    '',
    `[${CRI}.registry.configs.${quote(registry.host)}.tls]`,
    `ca_file = ${quote(registry.caFile)}`,
    '',
    `[${CRI}.registry.configs.${quote(registry.host)}.auth]`,
    `username = ${quote(registry.username)}`,
    `password = ${quote(registry.password)}`,
    '',
  ].join('\n');
}

/** A basic string of TOML; JSON's escapes are all known to it. */
function quote(text: string): string {
  return JSON.stringify(text);
}
