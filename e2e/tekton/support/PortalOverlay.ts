import {
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Cluster } from '../../cluster/Cluster';
import { DISPATCHER } from '../../cluster/access/dispatcher';
import { DEPLOY } from './applyTenant';
import { deployedConfig } from './deployedConfig';
import { PodsPostgres } from './PodsPostgres';

/** What the base calls the portal, its image, its ConfigMap and its Secret. */
export const PORTAL = 'image-factory-portal';

/** Whom the Dockerfile makes the portal run as. */
const USER = 1000;

/** What an operator knows of a portal. */
export type PortalSettings = {
  /** A reference by digest that the nodes can pull. */
  image: string;
  postgres: PodsPostgres;
  /** Entities of the catalog, as YAML. */
  catalog: string;
  instance: string;
  /** Of the tenant of the tests. */
  namespace: string;
};

/** What an operator writes: a folder with what is theirs, over the bases. */
export class PortalOverlay {
  readonly folder = mkdtempSync(
    join(realpathSync(tmpdir()), 'image-factory-deployed-'),
  );

  static write(cluster: Cluster, settings: PortalSettings): PortalOverlay {
    const overlay = new PortalOverlay();
    const { registry } = cluster.local;
    overlay.#writeJson('kustomization.yaml', overlay.#kustomization(settings));
    overlay.#writeJson('data.yaml', overlay.#volume(settings));
    overlay.#writeJson('app-config.yaml', deployedConfig(cluster, settings));
    overlay.#write('catalog.yaml', settings.catalog);
    copyFileSync(registry.caFile, join(overlay.folder, 'services-ca.crt'));
    overlay.#write('portal.env', variables(cluster, settings));
    return overlay;
  }

  private constructor() {
    // The folder is for its user alone, and so are the secrets in it.
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #kustomization({ image, instance }: PortalSettings): object {
    const [newName, digest] = image.split('@');
    const base = (name: string) => relative(this.folder, join(DEPLOY, name));
    const generated = { name: PORTAL, namespace: DISPATCHER.namespace };
    return {
      resources: [base('portal'), 'data.yaml'],
      components: [base('components/in-cluster')],
      images: [{ name: PORTAL, newName, digest }],
      configMapGenerator: [
        {
          ...generated,
          files: ['app-config.yaml', 'catalog.yaml', 'services-ca.crt'],
        },
      ],
      secretGenerator: [{ ...generated, envs: ['portal.env'] }],
      patches: [
        {
          target: { kind: 'PersistentVolumeClaim' },
          patch: JSON.stringify([
            { op: 'add', path: '/spec/storageClassName', value: '' },
            { op: 'add', path: '/spec/volumeName', value: volumeOf(instance) },
          ]),
        },
      ],
    };
  }

  /** All nodes are this machine and have its folders, so that any of them can have this. */
  #volume({ instance }: PortalSettings): object {
    const path = join(this.folder, 'data');
    mkdirSync(path);
    chownSync(path, USER, USER);
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volumeOf(instance) },
      spec: {
        accessModes: ['ReadWriteMany'],
        capacity: { storage: '20Gi' },
        hostPath: { path },
        persistentVolumeReclaimPolicy: 'Retain',
      },
    };
  }

  /** JSON is YAML. */
  #writeJson(name: string, content: object): void {
    this.#write(name, JSON.stringify(content, null, 2));
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }
}

/** What becomes the Secret. */
function variables(cluster: Cluster, { postgres }: PortalSettings): string {
  const { git, registry } = cluster.local;
  return Object.entries({
    PORTAL_URL: `http://${PORTAL}.${DISPATCHER.namespace}`,
    POSTGRES_HOST: postgres.host,
    POSTGRES_PORT: postgres.port,
    POSTGRES_USER: postgres.user,
    POSTGRES_PASSWORD: postgres.password,
    GIT_PASSWORD: git.password,
    REGISTRY_PASSWORD: registry.password,
  })
    .map(each => `${each.join('=')}\n`)
    .join('');
}

function volumeOf(instance: string): string {
  return `image-factory-data-${instance}`;
}
