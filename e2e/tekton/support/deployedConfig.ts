import { Cluster } from '../../cluster/Cluster';
import { GIT_SECRET, PULL_SECRET, REGISTRY_SECRET, TENANT } from './tenant';

/** Where the portal's pod finds the files of its ConfigMap. */
const FILES = '/etc/image-factory';

/** What an operator of a portal on the cluster writes into app-config.yaml. */
export function deployedConfig(
  cluster: Cluster,
  options: { instance: string; namespace: string },
): object {
  const { git, registry, images } = cluster.local;
  const { instance, namespace } = options;
  const gitHost = new URL(git.url).host;
  const caFile = `${FILES}/services-ca.crt`;
  return {
    // A portal for tests: everybody is the guest.
    auth: {
      providers: { guest: { dangerouslyAllowOutsideDevelopment: true } },
    },
    catalog: {
      locations: [{ type: 'file', target: `${FILES}/catalog.yaml` }],
    },
    imageFactory: {
      checks: { sbom: 'never', scan: 'never' },
      sources: {
        git: {
          hosts: [
            {
              host: gitHost,
              username: git.username,
              password: '${GIT_PASSWORD}',
              caFile,
            },
          ],
        },
      },
      registries: [
        {
          host: registry.address,
          username: registry.username,
          password: '${REGISTRY_PASSWORD}',
          caFile,
        },
      ],
      executors: {
        kubernetes: {
          instance,
          stepImages: images,
          clusters: [
            {
              name: 'this-cluster',
              inCluster: true,
              tenants: [{ name: TENANT, namespace }],
              gitSecrets: [{ host: gitHost, secret: GIT_SECRET }],
              registrySecrets: [
                { host: registry.address, secret: REGISTRY_SECRET },
              ],
              pullSecret: PULL_SECRET,
            },
          ],
        },
      },
    },
  };
}
