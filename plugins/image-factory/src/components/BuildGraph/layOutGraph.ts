import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { TaskNode } from './toTaskGraph';

/** A place on the canvas, in pixels. */
export type Box = { x: number; y: number; width: number; height: number };

type Direction = 'across' | 'down';

/** From one box to the next. */
export type Edge = {
  from: { x: number; y: number };
  to: { x: number; y: number };
  direction: Direction;
};

/** Where everything is. The boxes of steps are within that of their task. */
export type GraphLayout = {
  width: number;
  height: number;
  tasks: { task: TaskNode; box: Box; steps: { step: Step; box: Box }[] }[];
  edges: Edge[];
};

const STEP_WIDTH = 196;
const STEP_HEIGHT = 44;
const BETWEEN_STEPS = 26;
const PADDING = 12;
const HEAD_HEIGHT = 50;
const BETWEEN_LAYERS = 64;
const BETWEEN_TASKS = 20;

/**
 * Places tasks by layer and the steps of each in a row: from left to right where
 * there is room for that, else from top to bottom.
 */
export function layOutGraph(tasks: TaskNode[], room: number): GraphLayout {
  const isOne = tasks.length === 1;
  const wide = arrange(tasks, 'across', isOne ? 'across' : 'down');
  return room === 0 || wide.width <= room
    ? wide
    : arrange(tasks, 'down', 'down');
}

function arrange(
  tasks: TaskNode[],
  direction: Direction,
  stepDirection: Direction,
): GraphLayout {
  const isAcross = direction === 'across';
  const placed: GraphLayout['tasks'] = [];
  let along = 0;
  let widest = 0;
  for (const layer of layersOf(tasks)) {
    let aside = 0;
    let thickest = 0;
    for (const task of layer) {
      const size = sizeOf(task, stepDirection);
      const place = isAcross ? { x: along, y: aside } : { x: aside, y: along };
      placed.push({
        task,
        box: { ...place, ...size },
        steps: placeSteps(task, stepDirection),
      });
      aside += (isAcross ? size.height : size.width) + BETWEEN_TASKS;
      thickest = Math.max(thickest, isAcross ? size.width : size.height);
    }
    widest = Math.max(widest, aside - BETWEEN_TASKS);
    along += thickest + BETWEEN_LAYERS;
  }
  const length = Math.max(0, along - BETWEEN_LAYERS);
  return {
    width: isAcross ? length : widest,
    height: isAcross ? widest : length,
    tasks: placed,
    edges: [
      ...placed.flatMap(each => edgesBetweenSteps(each, stepDirection)),
      ...edgesBetweenTasks(placed, direction),
    ],
  };
}

function layersOf(tasks: TaskNode[]): TaskNode[][] {
  const layers: TaskNode[][] = [];
  for (const task of tasks) (layers[task.layer] ??= []).push(task);
  return layers.filter(layer => layer !== undefined);
}

function sizeOf({ steps }: TaskNode, direction: Direction) {
  const [wide, high] =
    direction === 'across' ? [steps.length, 1] : [1, steps.length];
  return {
    width: wide * (STEP_WIDTH + BETWEEN_STEPS) - BETWEEN_STEPS + 2 * PADDING,
    height:
      high * (STEP_HEIGHT + BETWEEN_STEPS) -
      BETWEEN_STEPS +
      2 * PADDING +
      HEAD_HEIGHT,
  };
}

function placeSteps({ steps }: TaskNode, direction: Direction) {
  return steps.map((step, index) => ({
    step,
    box: {
      x:
        PADDING +
        (direction === 'across' ? index * (STEP_WIDTH + BETWEEN_STEPS) : 0),
      y:
        HEAD_HEIGHT +
        PADDING +
        (direction === 'down' ? index * (STEP_HEIGHT + BETWEEN_STEPS) : 0),
      width: STEP_WIDTH,
      height: STEP_HEIGHT,
    },
  }));
}

function edgesBetweenSteps(
  { box: outer, steps }: GraphLayout['tasks'][number],
  direction: Direction,
): Edge[] {
  return steps
    .slice(1)
    .map(({ box }, index) =>
      edge(inside(outer, steps[index].box), inside(outer, box), direction),
    );
}

function edgesBetweenTasks(
  placed: GraphLayout['tasks'],
  direction: Direction,
): Edge[] {
  return placed.flatMap(({ task, box }) =>
    task.after.map(name => {
      const before = placed.find(each => each.task.name === name)!;
      return edge(before.box, box, direction);
    }),
  );
}

function inside(outer: Box, box: Box): Box {
  return { ...box, x: outer.x + box.x, y: outer.y + box.y };
}

function edge(from: Box, to: Box, direction: Direction): Edge {
  return direction === 'across'
    ? {
        from: { x: from.x + from.width, y: from.y + from.height / 2 },
        to: { x: to.x, y: to.y + to.height / 2 },
        direction,
      }
    : {
        from: { x: from.x + from.width / 2, y: from.y + from.height },
        to: { x: to.x + to.width / 2, y: to.y },
        direction,
      };
}

/** The edge as the path of an SVG: it leaves and arrives straight on. */
export function edgePath({ from, to, direction }: Edge): string {
  const half =
    direction === 'across' ? (to.x - from.x) / 2 : (to.y - from.y) / 2;
  const [first, second] =
    direction === 'across'
      ? [`${from.x + half} ${from.y}`, `${to.x - half} ${to.y}`]
      : [`${from.x} ${from.y + half}`, `${to.x} ${to.y - half}`];
  return `M ${from.x} ${from.y} C ${first}, ${second}, ${to.x} ${to.y}`;
}
