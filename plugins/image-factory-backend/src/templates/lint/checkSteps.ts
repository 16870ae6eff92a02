import {
  checkStepOf,
  Param,
  TEMPLATE_ANNOTATIONS,
  PipelineTemplate,
} from '../pipeline';
import { Path } from '../shape';
import { Finding, LintRule, stepsOf, tasksOf } from './LintRule';
import { GATE_PARAMETERS } from '../render';

/**
 * The steps of checks are left out of runs that ask for none: nothing else may
 * need them, and a scan says what it has found by how it ends, so that its step
 * must not end the run.
 */
export const checkSteps: LintRule = template => {
  const { pipeline } = template;
  const sbom = checkStepOf(pipeline, 'sbom');
  const scan = checkStepOf(pipeline, 'scan');
  return [
    ...findStep(template, 'sbomStep', sbom),
    ...findStep(template, 'scanStep', scan),
    ...(scan === undefined ? [] : findScanProblems(template, scan)),
    ...findBaredWorkspaces(template, [sbom ?? [], scan ?? []].flat()),
    ...[sbom ?? [], scan ?? []]
      .flat()
      .flatMap(name => findReferences(template, name)),
  ];
};

function findStep(
  template: PipelineTemplate,
  annotation: 'sbomStep' | 'scanStep',
  name: string | undefined,
): Finding[] {
  if (name === undefined) return [];
  const path = ['metadata', 'annotations', TEMPLATE_ANNOTATIONS[annotation]];
  const steps = stepsOf(template);
  const found = steps.find(({ step }) => step.name === name);
  if (!found) {
    return [
      {
        path,
        message: `There is no step "${name}". Name one of: ${steps
          .map(({ step }) => step.name)
          .join(', ')}; or take the annotation out.`,
      },
    ];
  }
  return found.taskSpec.steps.length > 1
    ? []
    : [
        {
          path,
          message: `The step "${name}" is the only one of its task, which would have none where it is not asked for. Put it into the task that builds.`,
        },
      ];
}

function findScanProblems(template: PipelineTemplate, name: string): Finding[] {
  const found = stepsOf(template).find(({ step }) => step.name === name);
  const declared = template.parameters.map(each => each.name);
  const missing = GATE_PARAMETERS.filter(each => !declared.includes(each));
  return [
    ...(found && found.step.onError !== 'continue'
      ? [
          {
            path: found.path,
            message: `The step "${name}" scans the image, and ends badly also where that is to be pushed all the same. Set onError to continue.`,
          },
        ]
      : []),
    ...(missing.length > 0
      ? [
          {
            path: ['spec', 'params'],
            message: `A template that scans is told by the portal what stops an image. Declare the parameters ${missing.join(
              ', ',
            )}, and let the step "${name}" and the one that pushes read them.`,
          },
        ]
      : []),
  ];
}

/** A login that only the step of a check lists goes with it, and nobody else may take it for there. */
function findBaredWorkspaces(
  template: PipelineTemplate,
  checks: string[],
): Finding[] {
  return stepsOf(template).flatMap(({ step, path, taskSpec }) => {
    const others = taskSpec.steps.filter(({ name }) => !checks.includes(name));
    return (checks.includes(step.name) ? step.workspaces ?? [] : []).flatMap(
      ({ name }, index) =>
        others.every(
          other =>
            other.workspaces?.some(workspace => workspace.name === name) ||
            !JSON.stringify(other).includes(`$(workspaces.${name}.`),
        )
          ? []
          : [
              {
                path: [...path, 'workspaces', index],
                message: `No step but "${step.name}" lists the workspace "${name}", which goes with it where it is not asked for, and another one names it. List it under that one as well.`,
              },
            ],
    );
  });
}

/** What may name a result of a step that may not be there: results alone, which are left out with it. */
function findReferences(template: PipelineTemplate, name: string): Finding[] {
  const ofStep = `$(steps.${name}.results.`;
  return [
    ...stepsOf(template)
      .filter(({ step }) => step.name !== name)
      .flatMap(({ step, path }) => find(step, path, ofStep)),
    ...tasksOf(template).flatMap(({ task }) =>
      (task.taskSpec.results ?? [])
        .filter(({ value = '' }) => value.includes(ofStep))
        .flatMap(result =>
          tasksOf(template).flatMap(each =>
            (['params', 'when'] as const).flatMap(field =>
              find(
                field === 'params' ? alone(each.task.params) : each.task.when,
                [...each.path, field],
                `$(tasks.${task.name}.results.${result.name})`,
              ),
            ),
          ),
        ),
    ),
  ];
}

/** An item of a list is left out with what it names, and whoever takes the list has fewer then. */
function alone(params: Param[] = []): Param[] {
  return params.map(({ name, value }) => ({
    name,
    value: Array.isArray(value) ? [] : value,
  }));
}

function find(value: unknown, path: Path, quote: string): Finding[] {
  if (typeof value === 'string') {
    return value.includes(quote)
      ? [
          {
            path,
            quote,
            message: `${quote} is of a step that is not there where it is not asked for. Let the steps hand it over in a file of a volume.`,
          },
        ]
      : [];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) =>
    find(each, [...path, Array.isArray(value) ? Number(key) : key], quote),
  );
}
