import {
  buildStepOf,
  buildTaskOf,
  indexTaskOf,
  listedIn,
  PipelineSpec,
  PipelineTask,
  podSecurityOf,
  SecurityContext,
  Step,
} from '../pipeline';
import { platformTasksOf } from './platformTasks';
import { pruneChecks } from './pruneChecks';
import { RenderInput, RenderProblem } from './RenderInput';
import { MARGIN_SECONDS, toDuration } from './renderTimeouts';
import { copyFor, splitByPlatform } from './splitByPlatform';

const STEP_IMAGES = 'step-images/';

class StepFiller {
  readonly #input: RenderInput;
  readonly #problems: RenderProblem[];
  readonly #buildStep: string;
  readonly #unset: Set<string>;
  readonly #mayBeUnconfined: boolean;

  constructor(input: RenderInput, problems: RenderProblem[]) {
    const { pipeline } = input.template;
    this.#input = input;
    this.#problems = problems;
    this.#buildStep = buildStepOf(pipeline);
    this.#unset = new Set(listedIn(pipeline, 'seccompUnsetSteps'));
    this.#mayBeUnconfined = podSecurityOf(pipeline) === 'privileged';
  }

  /** @param written - the task as it stands in the template, with all its steps */
  fill(task: PipelineTask, written: PipelineTask, place: string): PipelineTask {
    const { taskSpec } = task;
    const names = written.taskSpec.steps.map(({ name }) => name);
    const path = `/template/spec/${place}/taskSpec`;
    return {
      ...task,
      taskSpec: {
        ...taskSpec,
        ...(taskSpec.stepTemplate?.image
          ? {
              stepTemplate: {
                ...taskSpec.stepTemplate,
                image: this.#image(
                  taskSpec.stepTemplate.image,
                  `${path}/stepTemplate/image`,
                ),
              },
            }
          : {}),
        steps: taskSpec.steps.map(step =>
          this.#step(step, `${path}/steps/${names.indexOf(step.name)}`),
        ),
      },
    };
  }

  #step(step: Step, path: string): Step {
    const { timeouts, resources } = this.#input;
    return {
      ...step,
      ...(step.image
        ? { image: this.#image(step.image, `${path}/image`) }
        : {}),
      timeout:
        step.timeout ?? toDuration(timeouts.buildSeconds + MARGIN_SECONDS),
      securityContext: this.#securityContext(step),
      ...(resources && step.name === this.#buildStep
        ? { computeResources: resources }
        : {}),
    };
  }

  #securityContext({ name, securityContext = {} }: Step): SecurityContext {
    const { seccompProfile, ...rest } = securityContext;
    if (seccompProfile?.type === 'Unconfined' && this.#mayBeUnconfined) {
      return securityContext;
    }
    return this.#unset.has(name)
      ? rest
      : { ...rest, seccompProfile: { type: 'RuntimeDefault' } };
  }

  #image(image: string, path: string): string {
    if (!image.startsWith(STEP_IMAGES)) return image;
    const name = image.slice(STEP_IMAGES.length);
    const { stepImages } = this.#input;
    if (Object.hasOwn(stepImages, name)) return stepImages[name];
    this.#problems.push({
      path,
      message: `The template needs an image for "${name}", and none is configured. Set imageFactory.executors.kubernetes.stepImages.${name} to one that the cluster can pull, with its digest.`,
    });
    return image;
  }
}

/** The pipeline of the template with what a build and an operator fill in of each step. */
export function renderPipelineSpec(
  input: RenderInput,
): { spec: PipelineSpec } | { problems: RenderProblem[] } {
  const { pipeline } = input.template;
  const problems: RenderProblem[] = [];
  const steps = new StepFiller(input, problems);
  const pruned = pruneChecks(
    pipeline,
    input.checks ?? { sbom: false, scan: false },
  );
  const platforms = platformTasksOf(input);
  const index = indexTaskOf(pipeline);
  const isDropped = ({ name }: PipelineTask) =>
    name === index && platforms.length < 2;
  const fillAll = (list: 'tasks' | 'finally') =>
    (pruned[list] ?? []).flatMap((task, place) =>
      isDropped(task)
        ? []
        : [steps.fill(task, pipeline.spec[list]![place], `${list}/${place}`)],
    );
  const spec: PipelineSpec = {
    ...pruned,
    tasks: fillAll('tasks'),
    ...(pruned.finally ? { finally: fillAll('finally') } : {}),
  };
  if (problems.length > 0) return { problems };
  const build = buildTaskOf(pipeline)?.name;
  if (build === undefined || platforms.length === 0) return { spec };
  if (index !== undefined && platforms.length > 1) {
    return { spec: splitByPlatform(spec, { build, index }, platforms) };
  }
  return {
    spec: {
      ...spec,
      tasks: spec.tasks.map(task =>
        task.name === build ? copyFor(task, platforms[0]) : task,
      ),
    },
  };
}
