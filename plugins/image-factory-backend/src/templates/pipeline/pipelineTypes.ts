/**
 * The part of Tekton's `tekton.dev/v1` that templates may use. The shapes in
 * `../shape` say the same to a text; the names are Tekton's.
 */

/** Labels and annotations of an object. */
export type ObjectMetadata = {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
};

/** A value of a parameter. */
export type ParamValue = string | string[];

/** A parameter that is declared. */
export type ParamSpec = {
  name: string;
  /** `string` unless told otherwise. */
  type?: 'string' | 'array';
  description?: string;
  default?: ParamValue;
};

/** A parameter that is given. */
export type Param = { name: string; value: ParamValue };

/** A result of a step, a task or a pipeline. */
export type Result = {
  name: string;
  type?: 'string' | 'array';
  description?: string;
  value?: string;
};

/** What a container asks for and may use. */
export type ResourceRequirements = {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
};

/** Of a container. */
export type SecurityContext = {
  allowPrivilegeEscalation?: boolean;
  capabilities?: { add?: string[]; drop?: string[] };
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seccompProfile?: { type: string };
  appArmorProfile?: { type: string };
};

/** A variable of a container's environment. */
export type EnvVar = {
  name: string;
  value?: string;
  valueFrom?: {
    fieldRef?: { fieldPath: string };
    configMapKeyRef?: { name: string; key: string; optional?: boolean };
  };
};

/** Where a volume of the pod is in a container. */
export type VolumeMount = {
  name: string;
  mountPath: string;
  readOnly?: boolean;
  subPath?: string;
};

/** What steps have in common with each other and with the template of theirs. */
export type StepContainer = {
  image?: string;
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  command?: string[];
  args?: string[];
  workingDir?: string;
  env?: EnvVar[];
  computeResources?: ResourceRequirements;
  volumeMounts?: VolumeMount[];
  securityContext?: SecurityContext;
};

/** One container of a task. */
export type Step = StepContainer & {
  name: string;
  displayName?: string;
  script?: string;
  /** A duration of Go, such as `90s`. */
  timeout?: string;
  onError?: 'continue' | 'stopAndFail';
  results?: Result[];
  /** The workspaces that no other step has. */
  workspaces?: { name: string; mountPath?: string }[];
};

/** A volume of a pod. */
export type Volume = {
  name: string;
  emptyDir?: { medium?: '' | 'Memory'; sizeLimit?: string };
  configMap?: { name: string; optional?: boolean; defaultMode?: number };
};

/** A workspace that a task or a pipeline declares. */
export type WorkspaceDeclaration = {
  name: string;
  description?: string;
  optional?: boolean;
  /** A task's alone. */
  readOnly?: boolean;
  /** A task's alone. */
  mountPath?: string;
};

/** A pod. */
export type TaskSpec = {
  displayName?: string;
  description?: string;
  params?: ParamSpec[];
  workspaces?: WorkspaceDeclaration[];
  results?: Result[];
  volumes?: Volume[];
  stepTemplate?: StepContainer;
  steps: Step[];
};

/** A task where it stands in a pipeline. */
export type PipelineTask = {
  name: string;
  displayName?: string;
  description?: string;
  taskSpec: TaskSpec;
  params?: Param[];
  workspaces?: { name: string; workspace?: string; subPath?: string }[];
  runAfter?: string[];
  when?: { input: string; operator: 'in' | 'notin'; values: string[] }[];
  matrix?: { params?: Param[] };
  timeout?: string;
  onError?: 'continue' | 'stopAndFail';
};

/** What a pipeline does. */
export type PipelineSpec = {
  displayName?: string;
  description?: string;
  params?: ParamSpec[];
  workspaces?: WorkspaceDeclaration[];
  results?: Result[];
  tasks: PipelineTask[];
  finally?: PipelineTask[];
};

/** A template's document. */
export type Pipeline = {
  apiVersion: 'tekton.dev/v1';
  kind: 'Pipeline';
  metadata: ObjectMetadata;
  spec: PipelineSpec;
};
