import { Checks } from '../../checks';
import { Pipeline, ParamSpec, PipelineTask } from './pipelineTypes';

/**
 * A pipeline template, read and found to have the shape of one. What it does is
 * judged by `lintTemplate`.
 */
export type PipelineTemplate = {
  name: string;
  /** Semantic, such as `1.0.0`. */
  version: string;
  /** The build method whose builds it can run. */
  method: string;
  /** `sha256:…` of the text, whatever its line ends. */
  digest: string;
  /** The text, with line ends as on Unix. */
  yaml: string;
  pipeline: Pipeline;
  parameters: ParamSpec[];
};

/** What is wrong with the text of a template, and where. */
export type TemplateProblem = {
  /** As a JSON pointer, such as `/spec/tasks/0/taskSpec`. */
  path: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** A sentence that names the cause and the next step. */
  message: string;
};

/** The Pipeline's label with the semantic version of the template. */
export const VERSION_LABEL = 'app.kubernetes.io/version';
/** The Pipeline's label with the id of the build method. */
export const METHOD_LABEL = 'image-factory.io/method';

/** The annotations by which a template tells the portal what Tekton has no field for. */
export const TEMPLATE_ANNOTATIONS = {
  /** The step that gets the resources of a build; `build-image` unless told otherwise. */
  buildStep: 'image-factory.io/build-step',
  /** Steps, separated by commas, that run under no seccomp profile but the node's. */
  seccompUnsetSteps: 'image-factory.io/seccomp-unset-steps',
  /** The level of Pod Security that its pods need of their namespace: `baseline` unless told otherwise. */
  podSecurity: 'image-factory.io/pod-security',
  /** Parameters of the method, separated by commas, that it does without, whatever a build says. */
  ignoredParameters: 'image-factory.io/ignored-parameters',
  /** The step that writes the SBOM of the image. It is there only where one is asked for, */
  sbomStep: 'image-factory.io/sbom-step',
  /** and so is the one that scans the image for vulnerabilities. */
  scanStep: 'image-factory.io/scan-step',
  /** The task that makes one index of the images of several platforms. It is there only where each is built by a task of its own. */
  indexTask: 'image-factory.io/index-task',
  /** How its steps are spread over pods, one of `LAYOUTS`: `pod` unless told otherwise. */
  layout: 'image-factory.io/layout',
} as const;

const DEFAULT_BUILD_STEP = 'build-image';

/** The step that gets the resources of a build. */
export function buildStepOf(pipeline: Pipeline): string {
  return (
    pipeline.metadata.annotations?.[TEMPLATE_ANNOTATIONS.buildStep] ??
    DEFAULT_BUILD_STEP
  );
}

/** The task that has the step that builds: where each platform has a task of its own, it is this one that each has a copy of. */
export function buildTaskOf(pipeline: Pipeline): PipelineTask | undefined {
  const buildStep = buildStepOf(pipeline);
  return pipeline.spec.tasks.find(({ taskSpec }) =>
    taskSpec.steps.some(({ name }) => name === buildStep),
  );
}

/** The name of the task that makes an index; undefined where the template has none. */
export function indexTaskOf({ metadata }: Pipeline): string | undefined {
  return metadata.annotations?.[TEMPLATE_ANNOTATIONS.indexTask];
}

/**
 * How the steps of a template are spread over pods: all of them in one, or in
 * several tasks that hand files over in a volume.
 */
export const LAYOUTS = ['pod', 'tasks'] as const;

/** How the steps of a template are spread over pods. */
export function layoutOf({ metadata }: Pipeline): (typeof LAYOUTS)[number] {
  const told = metadata.annotations?.[TEMPLATE_ANNOTATIONS.layout];
  return told === 'tasks' ? told : 'pod';
}

/**
 * The levels of Kubernetes' Pod Security Standards that a template may need.
 * `privileged` is the level of the namespace: no template gets a container that
 * is.
 */
export const POD_SECURITY_LEVELS = ['baseline', 'privileged'] as const;

/** One of {@link POD_SECURITY_LEVELS}. */
export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number];

/** The level that the pods of a template need of their namespace. */
export function podSecurityOf(pipeline: Pipeline): PodSecurityLevel {
  const told =
    pipeline.metadata.annotations?.[TEMPLATE_ANNOTATIONS.podSecurity];
  return told === 'privileged' ? told : 'baseline';
}

/** The step that does a check; undefined where the template has none. */
export function checkStepOf(
  { metadata }: Pipeline,
  check: keyof Checks,
): string | undefined {
  const { sbomStep, scanStep } = TEMPLATE_ANNOTATIONS;
  return metadata.annotations?.[check === 'sbom' ? sbomStep : scanStep];
}

/** The words of an annotation that holds a list. */
export function listedIn(
  pipeline: Pipeline,
  annotation: keyof typeof TEMPLATE_ANNOTATIONS,
): string[] {
  const text =
    pipeline.metadata.annotations?.[TEMPLATE_ANNOTATIONS[annotation]] ?? '';
  return text.split(',').flatMap(word => word.trim() || []);
}
