import {
  BuildMethod,
  ExecutorStatus,
} from '@image-factory/backstage-plugin-image-factory-node';
import { ToolChoice } from './chooseTools';
import { describeKeeping } from './describeKeeping';
import { Keeping } from './processes';
import { Detection } from './tools';

/** What the executor says of itself, from what was found on the machine. */
export function describeExecutor(options: {
  detection: Detection;
  keeping: Keeping;
  methods: BuildMethod[];
  toolNames: string[];
  chooseTools(method: BuildMethod): ToolChoice;
  maxRunning: number;
}): ExecutorStatus {
  const { detection, keeping, methods, toolNames, chooseTools, maxRunning } =
    options;
  const judged = methods.map(method => ({
    method,
    choice: chooseTools(method),
  }));
  const missing = judged.flatMap(({ choice }) => (choice.ok ? [] : [choice]));
  return {
    title: 'This machine',
    type: 'local',
    ...healthOf(judged.length, missing),
    maxRunning,
    capacityScope: 'process',
    tools: [
      ...toolNames.flatMap(name => detection.tools.get(name)?.tool ?? []),
      ...[describeKeeping(keeping) ?? []].flat(),
    ],
    methods: judged.map(({ method, choice }) =>
      choice.ok
        ? {
            id: method.id,
            title: method.title,
            available: true,
            tool: Object.values(choice.tools)
              .map(({ name, version }) => `${name} ${version}`)
              .join(', '),
          }
        : {
            id: method.id,
            title: method.title,
            available: false,
            message: choice.message,
            hint: choice.hint,
          },
    ),
    checkedAt: detection.at.toISOString(),
  };
}

/** It is of use as long as it can run one of them; what the others lack is told of each. */
function healthOf(
  all: number,
  missing: { message: string; hint: string }[],
): Pick<ExecutorStatus, 'health' | 'message' | 'hint'> {
  if (missing.length < all) return { health: 'healthy' };
  const [{ message, hint }] = missing;
  return { health: 'unavailable', message, hint };
}
