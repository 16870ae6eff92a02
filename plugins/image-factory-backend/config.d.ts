import { HumanDuration } from '@backstage/types';

export interface Config {
  /** Image Factory builds images from catalog components. */
  imageFactory?: {
    /**
     * Where archives, workspaces of running builds and the image store of the
     * builders are kept. Relative to the working directory of the backend.
     * Defaults to `image-factory-data`.
     */
    dataDirectory?: string;

    /** What holds for all builds. */
    builds?: {
      /** Where builds run that ask for nothing else: `auto` (the default), or the id or type of an executor. */
      infrastructure?: string;
      /** How often a build is tried in all where the infrastructure fails it. Defaults to 3. */
      maxAttempts?: number;
      /** How long a build may run that asks for nothing else. Defaults to one hour. */
      timeout?: HumanDuration | string;
      /** The longest timeout that may be asked for. Defaults to four hours. */
      maxTimeout?: HumanDuration | string;
    };

    /** Where sources may come from. */
    sources?: {
      /**
       * Directories of this machine under which entities loaded from files may
       * have their sources. For demos; none by default.
       */
      directories?: Array<{
        /** How pages name it. */
        name: string;
        /** Relative to the working directory of the backend. */
        path: string;
      }>;
      /**
       * The largest source, in bytes; of a git source its repository as it is
       * fetched, and again its files. Defaults to 2 GiB.
       */
      maxBytes?: number;
      /** Sources in git repositories, which are fetched over https. */
      git?: {
        /**
         * Hosts that sources may come from beside those under `integrations`,
         * and what a host there needs besides.
         */
        hosts?: Array<{
          /** With its port where it has one, such as `git.example.com:8443`. */
          host: string;
          /**
           * Who fetches, instead of the integration's login. Together with
           * `password`, or not at all.
           */
          username?: string;
          /**
           * Its password or token. Used for this host alone, and only for
           * entities that the catalog has read from the repository itself or
           * from a file of the portal's machine.
           * @visibility secret
           */
          password?: string;
          /** A PEM file of the certificates that the host's own is checked with, instead of those of the machine. Relative to the working directory of the backend. */
          caFile?: string;
        }>;
        /** How long the fetch of a source may take. Defaults to ten minutes. */
        timeout?: HumanDuration | string;
      };
    };

    /**
     * The registries to which images may be pushed, each by https. A reference
     * with any other host is refused; one without a host is exported.
     */
    registries?: Array<{
      /** With its port where it has one, such as `registry.example.com:5000`. */
      host: string;
      /**
       * What the repository must begin with, such as `{tenant}/`: `{tenant}` is
       * the name of the tenant's entity, `{namespace}` its namespace. Ends with
       * a slash. Without it every tenant may push to every repository that the
       * login may push to.
       */
      tenantPrefix?: string;
      /** Who pushes. Together with `password`, or not at all. */
      username?: string;
      /**
       * Its password or token.
       * @visibility secret
       */
      password?: string;
      /** A PEM file of certificates that are trusted for this registry beside those of the machine. Relative to the working directory of the backend. */
      caFile?: string;
      /**
       * Whether builds may pull base images with this login. Every build can
       * then read whatever the login can. Defaults to false.
       */
      pullCredentials?: boolean;
    }>;

    /**
     * What is found out of an image between its build and its push. Where a
     * check is demanded and cannot be done, nothing is built.
     */
    checks?: {
      /**
       * Whether an SBOM is made of images, as SPDX by Syft. `auto` (the
       * default): on clusters whose `stepImages` have `syft`, and not on this
       * machine; `always`: everywhere; `never`.
       */
      sbom?: 'auto' | 'always' | 'never';
      /** Whether images are scanned for known vulnerabilities, by Trivy; the same with the step image `trivy`. */
      scan?: 'auto' | 'always' | 'never';
      /** Where Trivy gets its database from, such as `registry.example.com/mirror/trivy-db:2`. Defaults to Trivy's own. */
      database?: string;
      /** The same for its database of Java archives. */
      javaDatabase?: string;
      /** What stops an image before it is pushed. Every image is scanned then, everywhere. */
      gate?: {
        /** Vulnerabilities of this severity and worse stop an image. */
        severity: 'critical' | 'high' | 'medium' | 'low';
        /** Whether those without a fixed version are let through. Defaults to false. */
        ignoreUnfixed?: boolean;
        /** Ids of those that are let through whatever they are, such as `CVE-2024-0001`. */
        ignore?: string[];
      };
    };

    /** Who builds are accounted to: the owners of their entities. */
    tenants?: {
      /**
       * Whether only members of a tenant may have builds run for it, whatever
       * else they are permitted. Without it, whoever writes a
       * `catalog-info.yaml` may use any tenant's limits and repositories by
       * naming it as the owner. Defaults to true.
       */
      requireMembership?: boolean;
    };

    /** How much runs at once, and for whom. */
    limits?: {
      /** Builds that run at once in all. Defaults to 100. */
      maxRunning?: number;
      /** A build that waits so long rises a priority class, and again after as long, up to the highest in the queue. Defaults to ten minutes. */
      promoteAfter?: HumanDuration | string;
      /** The limits of tenants that are not named below. */
      defaultTenant?: {
        /** Builds that a tenant runs at once. Defaults to 10. */
        maxRunning?: number;
        /** A tenant's share against the others' where there is not enough for all. Defaults to 1. */
        weight?: number;
      };
      /** Tenants with limits of their own. */
      tenants?: Array<{
        /** The tenant, by default the owner's entity reference such as `group:default/payments`. */
        name: string;
        /** Builds that it runs at once. */
        maxRunning?: number;
        /** Its share. */
        weight?: number;
      }>;
    };

    /** What runs builds. */
    executors?: {
      /** Runs builds as processes on the backend's machine. */
      local?: {
        /** Defaults to true. */
        enabled?: boolean;
        /** Builds that it runs at once. Defaults to 2. */
        maxRunning?: number;
        /** The order in which tools are preferred; what is not named comes last. Defaults to docker, podman, buildah. */
        toolOrder?: string[];
        /** Where tools are that are not on the PATH, by name. */
        toolPaths?: { [tool: string]: string };
        /**
         * How long running builds may go on once the portal is told to stop;
         * those that need longer go back to the queue. By default all do at
         * once. Whatever stops the portal has to wait for longer than this
         * before it kills it.
         */
        finishWithin?: HumanDuration | string;
        /** Names of environment variables that builders get beside PATH, LANG, proxies and certificate files. */
        environment?: string[];
      };

      /** Runs builds as Tekton PipelineRuns on Kubernetes. */
      kubernetes?: {
        /**
         * Tells the runs of this portal from those of another one on the same
         * cluster. Lower-case letters, digits and dashes. Defaults to `default`.
         */
        instance?: string;
        /**
         * The images that the steps of pipeline templates run in, by the names
         * that templates use, such as `buildah`. Pin them by digest.
         */
        stepImages?: { [name: string]: string };
        /** Each cluster is an executor of its own, by its name. */
        clusters?: Array<{
          /** Lower-case letters, digits and dashes. */
          name: string;
          /** What pages call it. Defaults to the name. */
          title?: string;
          /** A kubeconfig file to reach the cluster by. Relative to the working directory of the backend. */
          kubeconfig?: string;
          /** The context in it. Defaults to its current one. */
          context?: string;
          /** Whether the backend runs in the cluster, and uses the ServiceAccount of its pod. */
          inCluster?: boolean;
          /** The address of the API server, where neither of those is given. */
          url?: string;
          /**
           * The token of the ServiceAccount that the portal uses there.
           * @visibility secret
           */
          serviceAccountToken?: string;
          /** Certificates of the API server's authority, in base64 as a kubeconfig has them. */
          caData?: string;
          /** The same as a PEM file. Relative to the working directory of the backend. */
          caFile?: string;
          /** Builds that the cluster runs at once; fewer while its API server is unwell. Defaults to 100. */
          maxRunning?: number;
          /** Builds that each replica of the portal starts there in a second, which may be below one; so divide what the cluster is to have by the number of replicas. Defaults to 1. */
          createsPerSecond?: number;
          /** Which tenants build here, and in which namespace. */
          tenants?: Array<{
            /** The tenant, such as `group:default/payments`. */
            name: string;
            /**
             * Its namespace, made from `deploy/kubernetes/tenant`. It is no
             * other tenant's, nor a `relaxedNamespace`.
             */
            namespace: string;
            /**
             * Another one, of the Pod Security level `privileged`, for builds
             * whose pods need more than `baseline`, as those of the method
             * buildx do. Without it the tenant has none such.
             */
            relaxedNamespace?: string;
          }>;
          /**
           * Where groups build that are not named, such as
           * `image-builds-{tenant}`. Without it only those that are named do.
           * Groups outside the namespace `default` of the catalog build by a
           * rule that has `{namespace}` in it as well, with a `-` between the
           * two, where the name of their catalog namespace has no `-` in it. No
           * rule gives a namespace that is a named tenant's: no two share one.
           */
          namespaceRule?: string;
          /** The ServiceAccount of the pods of builds in each such namespace. Defaults to `image-builds`. */
          serviceAccount?: string;
          /** Secrets of those namespaces that log in to git hosts, of the type `kubernetes.io/basic-auth`. */
          gitSecrets?: Array<{
            /** With its port where it has one. */
            host: string;
            /** The name of the Secret. */
            secret: string;
          }>;
          /** Secrets of those namespaces that log in to registries, of the type `kubernetes.io/dockerconfigjson`. */
          registrySecrets?: Array<{
            /** With its port where it has one. */
            host: string;
            /** The name of the Secret. */
            secret: string;
          }>;
          /**
           * A Secret of those namespaces, of the type
           * `kubernetes.io/dockerconfigjson`, with which builds pull base images
           * and use the layer cache. The commands of a Dockerfile may be able to
           * read it, so let it push into the tenant's part of that cache and
           * nowhere else.
           */
          pullSecret?: string;
          /** Where builds from a Dockerfile cache layers, for later builds of the same tenant. Nowhere where it is left out. */
          cache?: {
            /**
             * A registry and a repository in which only the cache is, such as
             * `registry.example.com/cache/{tenant}/{component}`. `{tenant}` has
             * to be in it: the name of the group that owns the component, and
             * `{namespace}` its namespace in the catalog; a tenant that is no
             * group, or one outside `default` where there is no `{namespace}`,
             * has a hash beside its name. `{component}` is the component's
             * kind, namespace and name. No image can be built into it.
             */
            repository: string;
          };
          /** How long a build may wait until its first step begins, as for a node that has to be bought, in whole seconds. Defaults to 30 minutes. */
          pendingTimeout?: HumanDuration | string;
          /**
           * How long PipelineRuns and their pods stay in the cluster once their
           * builds are over and all that they have left is stored. Defaults to
           * one hour.
           */
          keepFinished?: HumanDuration | string;
          /**
           * Where else its runs are looked at, such as Tekton Dashboard, the
           * console of OpenShift or Grafana: links on the page of each build.
           */
          links?: Array<{
            /** The tool that it leads to. */
            title: string;
            /**
             * An address of http or https, with `{namespace}`, `{pipelineRun}`,
             * `{pod}` and `{node}` in its path, query or fragment. One with a
             * pod or a node in it stands beside each step.
             */
            url: string;
          }>;
          /**
           * Platforms that the cluster has nodes of also while none is there,
           * such as linux/arm64 where a pool grows from nothing. Builds with
           * the platform-strategy native are refused for a platform that it has
           * neither such a pool nor a node of.
           */
          nativePlatforms?: string[];
          /**
           * The volume in which tasks of a build hand files over: Tekton makes
           * one for each run and removes it with the run. Templates with the
           * annotation image-factory.io/layout: tasks need it; those that Image
           * Factory sets by default run in one pod, and do not.
           */
          workspaceVolume?: {
            /** Such as 10Gi. */
            size: string;
            /** Defaults to the class that the cluster takes by default. */
            storageClassName?: string;
            /** Defaults to ReadWriteOnce alone. */
            accessModes?: Array<'ReadWriteOnce' | 'ReadWriteMany'>;
          };
          /** Labels of the nodes that builds run on. */
          nodeSelector?: { [label: string]: string };
          /** Taints of nodes that builds run in spite of. */
          tolerations?: Array<{
            /** Every taint where it is left out, together with the operator Exists. */
            key?: string;
            /** Defaults to Equal. */
            operator?: 'Exists' | 'Equal';
            value?: string;
            /** Every effect where it is left out. */
            effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
            /** For how long, with the effect NoExecute. */
            tolerationSeconds?: number;
          }>;
          /**
           * What the step that builds asks of its node and may use, as Kubernetes writes it, such as
           * `cpu: 2` and `memory: 4Gi`. What is left out is up to the LimitRange of the namespace.
           */
          resources?: {
            requests?: { [resource: string]: string };
            limits?: { [resource: string]: string };
          };
        }>;
      };
    };
  };
}
