/** What `npm run cluster -- up` writes to `cluster.json`, and tests read. */
export type ClusterDescription = {
  /** Whose cluster it is: made on this machine, by kind, or given by KUBECONFIG. */
  origin: 'local' | 'kind' | 'given';
  /** Of an administrator. */
  kubeconfig: string;
  /** Of the account that the portal has; it may do what deploy/kubernetes/dispatcher grants. */
  dispatcherKubeconfig?: string;
  tektonVersion: string;
  namespaces: {
    tekton: string;
    /** Of the account that the portal has. */
    dispatcher: string;
    /** Namespaces of tenants, by their entities. */
    tenants: Record<string, string>;
  };
  /** Paths of programs. */
  programs: { kubectl: string };
  /** What only a cluster of this machine's own has. */
  local?: LocalServices;
};

/** A registry, a git server and images that a cluster of this machine's own has. */
export type LocalServices = {
  /** By https, with a login, under one address for pods, nodes and the machine. */
  registry: {
    address: string;
    username: string;
    password: string;
    /** The authority of its certificate. */
    caFile: string;
    /** For the `--authfile` of buildah and skopeo. */
    authFile: string;
    /** For their `--cert-dir`. */
    certificateFolder: string;
  };
  /** By https, with a login, under one address for pods and the machine. */
  git: {
    url: string;
    username: string;
    password: string;
    caFile: string;
    /** Bare repositories, such as `team/app.git`: what is put here is served. */
    repositories: string;
  };
  /** References by digest: the step images by their names, and `busybox`. */
  images: Record<string, string>;
  /** What Trivy is to download instead of its own: it knows the packages of the tests and no others. */
  vulnerabilityDatabase: string;
};
