import {
  ChosenTool,
  LocalCommand,
  LocalWorkspace,
} from '@image-factory/backstage-plugin-image-factory-node';
import { basename } from 'node:path';
import { shellWord } from '../../model';

/**
 * A command as a reader would type it. For reading only: paths are shortened to
 * the workspace, and the options by which this portal keeps its images apart
 * are left out.
 */
export function displayCommand(
  command: LocalCommand,
  workspace: LocalWorkspace,
  tools: ChosenTool[],
): string {
  const [program, ...args] = command.argv;
  const tool = tools.find(
    candidate =>
      candidate.path === program &&
      candidate.globalArgs.every((arg, index) => arg === args[index]),
  );
  return [
    basename(program),
    ...args
      .slice(tool?.globalArgs.length ?? 0)
      .map(arg => arg.replaceAll(`${workspace.root}/`, '')),
  ]
    .map(shellWord)
    .join(' ');
}
