import { Cluster } from '../../cluster/Cluster';
import { ReadinessPortal } from './ReadinessPortal';

/** The label that says which Pod Security level is enforced. */
export const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** Changes a label of the namespace of the tenant. */
export function label({ cluster, namespace }: ReadinessPortal, change: string) {
  return cluster.kubectl.run([
    'label',
    'namespace',
    namespace.name,
    '--overwrite',
    change,
  ]);
}

/** Takes away what builds run as. */
export function deleteAccount({ cluster, namespace }: ReadinessPortal) {
  const of = `--namespace=${namespace.name}`;
  return cluster.kubectl.run(['delete', 'serviceaccount', 'image-builds', of]);
}

/** Makes what builds run as, as the manual does or with its token in every pod. */
export function makeAccount(
  { cluster, namespace }: ReadinessPortal,
  automountServiceAccountToken = false,
) {
  return cluster.kubectl.apply(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'image-builds', namespace: namespace.name },
      automountServiceAccountToken,
    }),
  );
}

/** Gives the portal's account another role there than the one that the manual gives it. */
export async function bind(
  { cluster, namespace }: ReadinessPortal,
  change: { withoutVerb?: boolean; withSecrets?: boolean },
) {
  const { rules } = await cluster.kubectl.get<{
    rules: { resources: string[]; verbs: string[] }[];
  }>('clusterrole', 'image-factory-tenant');
  const changed = rules.map(rule => ({
    ...rule,
    resources: change.withoutVerb
      ? rule.resources.filter(resource => resource !== 'pods/log')
      : rule.resources,
    verbs: change.withoutVerb
      ? rule.verbs.filter(verb => verb !== 'create')
      : rule.verbs,
  }));
  const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
  const metadata = { name: 'of-the-test', namespace: namespace.name };
  await cluster.kubectl.apply(
    JSON.stringify({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: change.withSecrets ? [...changed, secrets] : changed,
    }),
  );
  await rebind(namespace.name, cluster, { kind: 'Role', name: metadata.name });
}

/** As the manual has it. */
export async function unbind({ cluster, namespace }: ReadinessPortal) {
  await rebind(namespace.name, cluster, {
    kind: 'ClusterRole',
    name: 'image-factory-tenant',
  });
}

/** What a binding grants cannot be changed, so it is made anew. */
async function rebind(
  namespace: string,
  cluster: Cluster,
  role: { kind: string; name: string },
) {
  const name = 'image-factory-dispatcher';
  const { subjects } = await cluster.kubectl.get<{ subjects: object[] }>(
    'rolebinding',
    name,
    `--namespace=${namespace}`,
  );
  await cluster.kubectl.run([
    'delete',
    'rolebinding',
    name,
    `--namespace=${namespace}`,
  ]);
  await cluster.kubectl.apply(
    JSON.stringify({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...role },
      subjects,
    }),
  );
}
