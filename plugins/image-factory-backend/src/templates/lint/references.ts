import { PipelineTemplate } from '../pipeline';
import { Path } from '../shape';
import { Finding, LintRule, tasksOf } from './LintRule';

type Reference = { kind: string; name: string; result?: string; quote: string };

const REFERENCE =
  /\$\((?:(params|workspaces|results)(?:\.([\w-]+)|\[["']([^"']+)["']\])|(step)\.results\.([\w-]+)|(steps|tasks)\.([\w-]+)\.results\.([\w-]+))/g;

/** Whatever is named by another part of the template is there. */
export const references: LintRule = template => [
  ...pipelineLevel(template),
  ...tasksOf(template).flatMap(({ task, path }) => {
    const { taskSpec } = task;
    const at = [...path, 'taskSpec'];
    const params = [
      ...names(taskSpec.params),
      // Tekton hands those of the pipeline down to tasks that stand in it.
      ...names(template.pipeline.spec.params),
    ];
    return [
      ...(taskSpec.stepTemplate
        ? inside(taskSpec.stepTemplate, [...at, 'stepTemplate'], {
            params,
            workspaces: names(taskSpec.workspaces),
          })
        : []),
      ...taskSpec.steps.flatMap((step, index) => {
        const stepPath = [...at, 'steps', index];
        return [
          ...inside(step, stepPath, {
            params,
            workspaces: names(taskSpec.workspaces),
            results: names(taskSpec.results),
            step: names(step.results),
            steps: taskSpec.steps
              .slice(0, index)
              .flatMap(({ name, results }) =>
                names(results).map(result => `${name}.${result}`),
              ),
          }),
          ...missing(
            step.volumeMounts,
            names(taskSpec.volumes),
            'volume',
            [...stepPath, 'volumeMounts'],
            'Declare it under volumes of the task',
          ),
          ...missing(
            step.workspaces,
            names(taskSpec.workspaces),
            'workspace',
            [...stepPath, 'workspaces'],
            'Declare it under workspaces of the task',
          ),
        ];
      }),
    ];
  }),
];

function pipelineLevel(template: PipelineTemplate): Finding[] {
  const { spec } = template.pipeline;
  const tasks = tasksOf(template);
  const taskResults = tasks.flatMap(({ task }) =>
    names(task.taskSpec.results).map(result => `${task.name}.${result}`),
  );
  const known = {
    params: names(spec.params),
    workspaces: names(spec.workspaces),
    tasks: taskResults,
  };
  return [
    ...inside(spec.results ?? [], ['spec', 'results'], known),
    ...tasks.flatMap(({ task, path }) => [
      ...inside(task.params ?? [], [...path, 'params'], known),
      ...inside(task.when ?? [], [...path, 'when'], known),
      ...missing(
        (task.runAfter ?? []).map(name => ({ name })),
        tasks.map(each => each.task.name),
        'task',
        [...path, 'runAfter'],
        'Name one of the pipeline',
      ),
      ...missing(
        (task.workspaces ?? []).map(({ name, workspace }) => ({
          name: workspace ?? name,
        })),
        names(spec.workspaces),
        'workspace',
        [...path, 'workspaces'],
        'Declare it under workspaces of the pipeline',
      ),
      ...inside(task.taskSpec.results ?? [], [...path, 'taskSpec', 'results'], {
        steps: task.taskSpec.steps.flatMap(({ name, results }) =>
          names(results).map(result => `${name}.${result}`),
        ),
      }),
    ]),
  ];
}

/** References in any text below a value, held against what is known by kind. */
function inside(
  value: unknown,
  path: Path,
  known: Partial<Record<string, string[]>>,
): Finding[] {
  if (typeof value === 'string') {
    if (path.at(-1) === 'description') return [];
    return referencesIn(value).flatMap(({ kind, name, result, quote }) => {
      const wanted = result ? `${name}.${result}` : name;
      const there = known[kind];
      return !there || there.includes(wanted)
        ? []
        : [{ path, quote, message: explain(kind, wanted, there) }];
    });
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) =>
    inside(each, [...path, Array.isArray(value) ? Number(key) : key], known),
  );
}

function referencesIn(text: string): Reference[] {
  return [...text.matchAll(REFERENCE)].map(match => {
    const [quote, plain, dotted, quoted, step, own, of, holder, result] = match;
    if (plain) return { kind: plain, name: dotted ?? quoted, quote };
    if (step) return { kind: step, name: own, quote };
    return { kind: of, name: holder, result, quote };
  });
}

const NOUNS: Record<string, string> = {
  params: 'parameter',
  workspaces: 'workspace',
  results: 'result of the task',
  step: 'result of this step',
  steps: 'result of an earlier step',
  tasks: 'result of a task',
};

function explain(kind: string, wanted: string, there: string[]): string {
  return `There is no ${NOUNS[kind]} "${wanted}". Declare it${
    there.length > 0 ? `, or use one that is declared: ${there.join(', ')}` : ''
  }.`;
}

function missing(
  used: { name: string }[] | undefined,
  declared: string[],
  noun: string,
  path: Path,
  advice: string,
): Finding[] {
  return (used ?? []).flatMap(({ name }, index) =>
    declared.includes(name)
      ? []
      : [
          {
            path: [...path, index],
            message: `There is no ${noun} "${name}". ${advice}.`,
          },
        ],
  );
}

function names(named: { name: string }[] | undefined): string[] {
  return (named ?? []).map(({ name }) => name);
}
