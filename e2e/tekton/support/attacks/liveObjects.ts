/** What these tests look at of an object of the cluster. */
export type LiveObject = {
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
  };
};

/** A PipelineRun or a TaskRun. */
export type LiveRunObject = LiveObject & {
  spec: {
    params: { name: string; value: string | string[] }[];
    serviceAccountName?: string;
    taskRunTemplate?: { serviceAccountName: string; podTemplate: object };
    workspaces: { name: string; secret?: { secretName: string } }[];
  };
};

export type LiveContainer = {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: object }[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  securityContext?: { privileged?: boolean };
};

export type LivePod = LiveObject & {
  spec: {
    serviceAccountName: string;
    automountServiceAccountToken?: boolean;
    volumes: ({ name: string } & Record<string, object>)[];
    containers: LiveContainer[];
    initContainers: LiveContainer[];
  };
};
