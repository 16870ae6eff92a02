/** What every object of a cluster has, as far as it is looked at here. */
export type KubernetesObject = {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    creationTimestamp?: string;
    /** When it has to be gone: so many seconds after somebody has asked for that. */
    deletionTimestamp?: string;
    deletionGracePeriodSeconds?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
};

/** A page of a list. */
export type KubernetesList<T extends KubernetesObject> = {
  metadata: { resourceVersion: string; continue?: string };
  items: T[];
};

/** One event of a watch. */
export type WatchEvent<T extends KubernetesObject> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: T }
  | { type: 'ERROR'; object: { code?: number; message?: string } };

/** The path of a kind of objects, such as `/api/v1/namespaces/team-a/pods`, or of one of them. */
export function objectPath(
  api: string,
  namespace: string | undefined,
  kind: string,
  ...rest: string[]
): string {
  const scope =
    namespace === undefined
      ? []
      : ['namespaces', encodeURIComponent(namespace)];
  return [api, ...scope, kind, ...rest.map(encodeURIComponent)].join('/');
}

/** Whether a namespace can have a name: a label of DNS, as RFC 1123 has them. */
export function isNamespaceName(name: string): boolean {
  return name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

export const CORE_API = '/api/v1';
export const TEKTON_API = '/apis/tekton.dev/v1';
export const METRICS_API = '/apis/metrics.k8s.io/v1beta1';
