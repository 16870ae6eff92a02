import {
  buildTaskOf,
  indexTaskOf,
  layoutOf,
  TEMPLATE_ANNOTATIONS,
} from '../pipeline';
import { RenderInput, RenderProblem } from './RenderInput';

/** What a task that builds is told its platforms by. */
export const PLATFORMS_PARAMETER = 'target-platforms';

/** Processors that run the programs of another one as well, and that nodes are far more often of. */
const RUN_BY: Record<string, string> = { '386': 'amd64', arm: 'arm64' };

/** The task that builds for one platform. */
export type PlatformTask = {
  platform: string;
  /** Its name in the run. */
  task: string;
  /** What a step of the template is called in it: no two steps of a run have one name. */
  stepName(step: string): string;
};

/**
 * The tasks that build for one platform each. Of a single platform it is that
 * of the template, as it stands there.
 */
export function platformTasksOf({
  template,
  nativePlatforms = [],
}: Pick<RenderInput, 'template' | 'nativePlatforms'>): PlatformTask[] {
  const task = buildTaskOf(template.pipeline)?.name;
  if (task === undefined) return [];
  if (nativePlatforms.length === 1) {
    const [platform] = nativePlatforms;
    return [{ platform, task, stepName: step => step }];
  }
  return nativePlatforms.map(platform => {
    const suffix = suffixOf(platform);
    return {
      platform,
      task: `${task}${suffix}`,
      stepName: step => `${step}${suffix}`,
    };
  });
}

function suffixOf(platform: string): string {
  return `-${platform.replace(/[^a-z0-9]/g, '-')}`;
}

/** What the step of a task that builds for a platform is called in the template. */
export function templateStepName(step: string, platform: string): string {
  const suffix = suffixOf(platform);
  return step.endsWith(suffix) ? step.slice(0, -suffix.length) : step;
}

/** By which labels nodes are known that run the programs of a platform themselves. */
export function nodeLabelsOf(platform: string): Record<string, string> {
  const [os, architecture] = platform.split('/');
  return {
    'kubernetes.io/os': os,
    'kubernetes.io/arch': RUN_BY[architecture] ?? architecture,
  };
}

/** Why the platforms that are asked for cannot have a task each. */
export function findPlatformProblems(input: RenderInput): RenderProblem[] {
  const { template, nativePlatforms } = input;
  if (!nativePlatforms) return [];
  const path = '/nativePlatforms';
  const tasks = platformTasksOf(input).map(({ task }) => task);
  const { name, version, pipeline } = template;
  if (nativePlatforms.length === 0) {
    return [
      {
        path,
        message:
          'A native build is one of each platform on nodes of its own, and none is named. Name the platforms, or build with single-pod.',
      },
    ];
  }
  if (layoutOf(pipeline) === 'tasks') {
    return [
      {
        path,
        message: `The tasks of the template ${name} ${version} share a volume, which is where the nodes of one kind are. Build with single-pod, or let a portal admin use a template whose steps are in one pod.`,
      },
    ];
  }
  if (
    !buildTaskOf(pipeline)?.params?.some(
      param => param.name === PLATFORMS_PARAMETER,
    )
  ) {
    return [
      {
        path,
        message: `The template ${name} ${version} gives its task that builds no parameter "${PLATFORMS_PARAMETER}", so that it cannot be told to build for one platform. Build with single-pod, or let a portal admin use a template that does.`,
      },
    ];
  }
  if (nativePlatforms.length > 1 && indexTaskOf(pipeline) === undefined) {
    return [
      {
        path,
        message: `The template ${name} ${version} has no task that makes an index of the images of several platforms. Build with single-pod, or let a portal admin use a template that has one: its annotation ${TEMPLATE_ANNOTATIONS.indexTask} names it.`,
      },
    ];
  }
  return new Set(tasks).size === tasks.length
    ? []
    : [
        {
          path,
          message: `Of the platforms ${nativePlatforms.join(
            ', ',
          )} some would have tasks of one name. Name each platform once.`,
        },
      ];
}
