import { join } from 'node:path';
import { ClusterFolder } from '../machine/ClusterFolder';
import { renderKubeconfig } from '../local/kubeconfig';
import { Kubectl } from './Kubectl';

/** The manifests that an operator applies. */
const MANIFESTS = join(__dirname, '../../../deploy/kubernetes');

/** The account that the portal has on the cluster. */
export const DISPATCHER = {
  namespace: 'image-factory',
  name: 'image-factory-dispatcher',
} as const;

/** Of the tenant group:default/guests. */
export const TENANT_NAMESPACE = 'image-builds-guests';

const TOKEN_LIFETIME = '8760h';

/** Applies the operator's own manifests: the portal's account, and the namespace of one tenant. */
export async function applyTenancy(kubectl: Kubectl): Promise<void> {
  for (const name of ['dispatcher', 'tenant']) {
    await kubectl.apply(
      await kubectl.run(['kustomize', join(MANIFESTS, name)]),
    );
  }
}

/** Writes a kubeconfig that may do what the portal may, and no more. */
export async function writeDispatcherKubeconfig(
  folder: ClusterFolder,
  kubectl: Kubectl,
  cluster: { server: string; caFile: string },
): Promise<string> {
  const token = await kubectl.run([
    `--namespace=${DISPATCHER.namespace}`,
    'create',
    'token',
    DISPATCHER.name,
    `--duration=${TOKEN_LIFETIME}`,
  ]);
  return folder.writeJson(
    folder.of('dispatcher.kubeconfig'),
    await renderKubeconfig({
      ...cluster,
      user: { token: token.trim() },
      namespace: TENANT_NAMESPACE,
    }),
  );
}
