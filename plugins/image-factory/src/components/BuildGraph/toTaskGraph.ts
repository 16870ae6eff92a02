import { Step } from '@image-factory/backstage-plugin-image-factory-common';

/** A task: what runs in one pod, or on the portal's machine, step after step. */
export type TaskNode = {
  /** Undefined where the executor knows no tasks. */
  name: string | undefined;
  steps: Step[];
  /** The tasks of the graph that end before this one begins. */
  after: string[];
  /** How many tasks are before it at most, one after another. */
  layer: number;
};

/** The tasks of an attempt and what each comes after, in the order in which their first steps are told. */
export function toTaskGraph(steps: Step[]): TaskNode[] {
  const byName = new Map<string | undefined, Step[]>();
  for (const step of steps) {
    byName.set(step.task, [...(byName.get(step.task) ?? []), step]);
  }
  const afterOf = (name: string | undefined) =>
    [
      ...new Set(
        (byName.get(name) ?? []).flatMap(({ runAfter = [] }) => runAfter),
      ),
    ].filter(other => other !== name && byName.has(other));
  return [...byName].map(([name, own]) => ({
    name,
    steps: own,
    after: afterOf(name),
    layer: layerOf(name, afterOf, []),
  }));
}

function layerOf(
  name: string | undefined,
  afterOf: (name: string | undefined) => string[],
  path: (string | undefined)[],
): number {
  // Tekton takes no circle, but whoever draws one draws for ever.
  const before = afterOf(name).filter(other => !path.includes(other));
  return before.length === 0
    ? 0
    : 1 +
        Math.max(
          ...before.map(other => layerOf(other, afterOf, [...path, name])),
        );
}
