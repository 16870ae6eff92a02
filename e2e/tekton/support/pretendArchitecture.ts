import { expect } from '@playwright/test';
import { Cluster } from '../../cluster/Cluster';

const LABEL = 'kubernetes.io/arch';

/**
 * Has the cluster take a node for one of another architecture. Its kubelet knows
 * better and would say so within ten seconds, so a policy keeps it from that: what
 * it tells of the node is not taken meanwhile, and its lease keeps the node ready.
 *
 * @returns what makes it again what it is
 */
export async function pretendArchitecture(
  cluster: Cluster,
  node: string,
  architecture: string,
): Promise<() => Promise<void>> {
  const { kubectl } = cluster;
  const name = `e2e-architecture-of-${node}`;
  const label = (value: string, ...options: string[]) =>
    kubectl.try([
      ...['label', 'node', node, '--overwrite', `${LABEL}=${value}`],
      ...options,
    ]);
  const { metadata } = await kubectl.get<{
    metadata: { labels: Record<string, string> };
  }>('node', node);
  const own = metadata.labels[LABEL];
  const restore = async () => {
    for (const kind of [
      'validatingadmissionpolicybinding',
      'validatingadmissionpolicy',
    ]) {
      await kubectl.run(['delete', kind, name, '--ignore-not-found']);
    }
    await label(own);
  };
  await kubectl.apply(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicy',
          metadata: { name },
          spec: {
            failurePolicy: 'Ignore',
            matchConstraints: {
              resourceRules: [
                {
                  apiGroups: [''],
                  apiVersions: ['v1'],
                  operations: ['UPDATE'],
                  resources: ['nodes', 'nodes/status'],
                  resourceNames: [node],
                },
              ],
            },
            validations: [
              {
                expression: `!request.userInfo.username.startsWith('system:node:') || object.metadata.labels['${LABEL}'] == oldObject.metadata.labels['${LABEL}']`,
                message:
                  'A test takes the node for one of another architecture.',
              },
            ],
          },
        },
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicyBinding',
          metadata: { name },
          spec: { policyName: name, validationActions: ['Deny'] },
        },
      ],
    }),
  );
  try {
    // An API server takes a moment until it goes by a policy.
    const asKubelet = [
      `--as=system:node:${node}`,
      '--as-group=system:nodes',
      '--dry-run=server',
    ];
    await expect
      .poll(async () => (await label('riscv64', ...asKubelet)).stderr)
      .toContain('A test takes the node');
    expect((await label(architecture)).stderr).toBe('');
  } catch (error) {
    await restore();
    throw error;
  }
  return restore;
}
