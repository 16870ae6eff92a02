import { tryToRun } from '../machine/run';

const TABLES = ['nat', 'filter', 'mangle'];
const CHAIN = /^:(KUBE-\S+)/;
const JUMP = /^-A (\S+) .*-j KUBE-\S+/;

/** Removes the chains of kube-proxy and the kubelets; only where no other Kubernetes had any. */
export async function removeKubernetesRules(): Promise<void> {
  for (const command of ['iptables', 'ip6tables']) {
    for (const table of TABLES) {
      const { stdout } = await tryToRun(`${command}-save`, ['-t', table]);
      const kept = withoutKubernetes(stdout);
      if (kept !== undefined) {
        await tryToRun(`${command}-restore`, ['-T', table], { input: kept });
      }
    }
  }
}

/** What a table is without the chains of Kubernetes; undefined where it has none. */
export function withoutKubernetes(saved: string): string | undefined {
  const lines = saved.split('\n');
  if (!lines.some(line => CHAIN.test(line))) return undefined;
  return lines
    .filter(line => !CHAIN.test(line))
    .filter(line => !line.startsWith('-A KUBE-') && !JUMP.test(line))
    .join('\n');
}
