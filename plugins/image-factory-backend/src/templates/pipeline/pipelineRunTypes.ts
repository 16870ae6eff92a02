import { ObjectMetadata, Param, PipelineSpec } from './pipelineTypes';

/** What lets a pod stand on a node with a taint, as Kubernetes has it. */
export type Toleration = {
  key?: string;
  operator?: 'Exists' | 'Equal';
  value?: string;
  effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  tolerationSeconds?: number;
};

/** An expression over labels or fields of a node. */
export type NodeSelectorRequirement = {
  key: string;
  operator: 'In' | 'NotIn';
  values: string[];
};

/** What a run says of its pods. */
export type PodTemplate = {
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
  affinity?: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: { matchFields: NodeSelectorRequirement[] }[];
      };
    };
  };
  automountServiceAccountToken: boolean;
  enableServiceLinks: boolean;
};

/** A run of a pipeline that it holds itself. */
export type PipelineRun = {
  apiVersion: 'tekton.dev/v1';
  kind: 'PipelineRun';
  metadata: ObjectMetadata & {
    namespace: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
  };
  spec: {
    pipelineSpec: PipelineSpec;
    params: Param[];
    workspaces?: { name: string; secret: { secretName: string } }[];
    taskRunTemplate: { serviceAccountName: string; podTemplate: PodTemplate };
    timeouts: { pipeline: string; tasks: string; finally: string };
  };
};
