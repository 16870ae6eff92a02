import { WorkspaceVolume } from '../templates';
import { LinkTemplate } from './linkTemplates';
import { PlacementSettings } from './readPlacement';

/** How a cluster is reached. */
export type ClusterAccess =
  | { type: 'kubeconfig'; file: string; context?: string }
  | { type: 'in-cluster' }
  | {
      type: 'token';
      url: string;
      token: string;
      caData?: string;
      caFile?: string;
    };

/** A Secret of a tenant's namespace, and the host that it logs in to. */
export type HostSecret = { host: string; secret: string };

/** A cluster that the operator has named, as it is used. */
export type ClusterSettings = {
  /** The id of its executor. */
  name: string;
  title: string;
  access: ClusterAccess;
  /** How many builds it runs at once. */
  maxRunning: number;
  /** How many builds each replica starts in a second. */
  createsPerSecond: number;
  /** Where the builds of each tenant run: those that are named, and what a rule gives the others. */
  namespaces: {
    byTenant: Record<string, string>;
    /** Where those of its builds run whose pods ask for more than the Pod Security level `baseline` allows. */
    relaxedByTenant: Record<string, string>;
    /** With `{tenant}` and `{namespace}` in it; undefined where only those that are named may build here. */
    rule: string | undefined;
  };
  /** What the pods of builds run as. */
  serviceAccount: string;
  /** Logins that lie in the tenants' namespaces, by host. */
  gitSecrets: HostSecret[];
  registrySecrets: HostSecret[];
  /** The Secret by which builds pull base images that need a login. */
  pullSecret: string | undefined;
  /** Where builds cache layers, with `{tenant}` in it; undefined where they do not. */
  layerCache: string | undefined;
  /** How long a pod may take until it runs: a node may have to be bought for it. */
  pendingTimeoutSeconds: number;
  placement: PlacementSettings;
  /** Platforms that it has nodes of also while none is there, as where a pool grows from nothing. */
  nativePlatforms: string[];
  /** What tasks of a build hand files over in; undefined where templates with such tasks cannot be used. */
  workspaceVolume: WorkspaceVolume | undefined;
  /** How long a run stays in the cluster once all that it has left is stored. */
  keepFinishedMs: number;
  /** Where the operator looks at the cluster by other means. */
  links: LinkTemplate[];
};

/** What holds for all clusters. */
export type KubernetesSettings = {
  clusters: ClusterSettings[];
  /** Tells the runs of this portal from those of others on the same cluster. */
  instance: string;
  /** The images of steps, by the names that templates use. */
  stepImages: Record<string, string>;
};
