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
      preferredDuringSchedulingIgnoredDuringExecution: {
        weight: number;
        preference: { matchFields: NodeSelectorRequirement[] };
      }[];
    };
  };
  automountServiceAccountToken: boolean;
  enableServiceLinks: boolean;
};

/** What is behind a workspace: a Secret, or a volume that Tekton makes for the run and removes with it. */
export type WorkspaceBinding = { name: string } & (
  | {
      secret: {
        secretName: string;
        /** The keys that are handed over; all of them unless told. */
        items?: { key: string; path: string }[];
        optional?: boolean;
      };
    }
  | {
      volumeClaimTemplate: {
        spec: {
          accessModes: string[];
          resources: { requests: { storage: string } };
          storageClassName?: string;
        };
      };
    }
);

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
    workspaces?: WorkspaceBinding[];
    taskRunTemplate: { serviceAccountName: string; podTemplate: PodTemplate };
    /** Tasks whose pods stand elsewhere than those of the others. */
    taskRunSpecs?: { pipelineTaskName: string; podTemplate: PodTemplate }[];
    timeouts: { pipeline: string; tasks: string; finally: string };
  };
};
