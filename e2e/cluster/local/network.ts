import { run, tryToRun } from '../machine/run';
import { Problem } from '../Problem';

/** Pods of all nodes are on one bridge of the machine, whose own address is their gateway. */
export type ClusterNetwork = {
  bridge: string;
  /** Such as `10.244.0.0/24`. */
  subnet: string;
  /** Where pods and the machine itself reach the API server, the registry and the git server. */
  gateway: string;
};

/** Of the services, of which only the API server's own is used. */
export const SERVICE_SUBNET = '10.96.0.0/16';

const BRIDGE_PREFIX = 'imgfac';
const SECOND_BYTES = Array.from({ length: 12 }, (_, index) => 244 + index);

/** A bridge and a subnet that this machine does not use yet. */
export async function chooseNetwork(): Promise<ClusterNetwork> {
  const links = await run('ip', ['-o', 'link']);
  const addresses = await run('ip', ['-o', 'address']);
  const routes = await run('ip', ['route']);
  const second = SECOND_BYTES.find(
    byte => !`${addresses}\n${routes}`.includes(` 10.${byte}.`),
  );
  if (second === undefined) {
    throw new Problem(
      'All subnets that the cluster could use for its pods are used on this machine',
      'free one of 10.244.0.0/16 to 10.255.0.0/16 (`ip route` tells who uses them), then run this again',
    );
  }
  let number = 0;
  while (links.includes(` ${BRIDGE_PREFIX}${number}:`)) number += 1;
  return {
    bridge: `${BRIDGE_PREFIX}${number}`,
    subnet: `10.${second}.0.0/24`,
    gateway: `10.${second}.0.1`,
  };
}

/** Makes the bridge before the first pod does: the registry listens on its address. */
export async function makeBridge(network: ClusterNetwork): Promise<void> {
  const { bridge, gateway } = network;
  const there = await tryToRun('ip', ['link', 'show', bridge]);
  if (there.code !== 0) {
    await run('ip', ['link', 'add', bridge, 'type', 'bridge'], {
      nextStep:
        'see that the kernel has bridges (`modprobe bridge`), then run this again',
    });
  }
  await run('ip', ['address', 'replace', `${gateway}/24`, 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
  await run('sysctl', ['--quiet', '--write', 'net.ipv4.ip_forward=1']);
}

/** The configuration of the plugin that puts pods on the bridge. */
export function pluginConfig(
  network: ClusterNetwork,
  addressesFolder: string,
): object {
  return {
    cniVersion: '0.4.0',
    name: network.bridge,
    plugins: [
      {
        type: 'bridge',
        bridge: network.bridge,
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: {
          type: 'host-local',
          dataDir: addressesFolder,
          ranges: [[{ subnet: network.subnet }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

/** Removes the bridge and the rules that its plugin has left for pods that were killed. */
export async function removeNetwork(network: ClusterNetwork): Promise<void> {
  await tryToRun('ip', ['link', 'delete', network.bridge]);
  const { stdout } = await tryToRun('iptables-save', ['-t', 'nat']);
  for (const { rule, chain } of rulesOfNetwork(stdout, network.bridge)) {
    await tryToRun('iptables', ['-t', 'nat', '-D', ...rule]);
    await tryToRun('iptables', ['-t', 'nat', '-F', chain]);
    await tryToRun('iptables', ['-t', 'nat', '-X', chain]);
  }
}

/** The rules in the output of `iptables-save` that lead to chains of a network's pods, as arguments. */
export function rulesOfNetwork(
  saved: string,
  name: string,
): { rule: string[]; chain: string }[] {
  return saved.split('\n').flatMap(line => {
    const chain = / -j (CNI-\S+)/.exec(line)?.[1];
    if (!line.startsWith('-A ') || !chain) return [];
    if (!line.includes(`name: \\"${name}\\"`)) return [];
    return [{ rule: splitRule(line.slice('-A '.length)), chain }];
  });
}

/** Words as a shell would split them: comments stand in quotes. */
function splitRule(text: string): string[] {
  return [...text.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(
    ([, quoted, plain]) =>
      quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1'),
  );
}
