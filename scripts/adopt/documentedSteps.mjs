import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { readSteps } from './readSteps.mjs';

/** What the documentation tells an adopter to do, by what it is for. */
export function documentedSteps() {
  const guide = stepsOf('docs/installing.md');
  const plugin = stepsOf('plugins/image-factory/README.md');
  return {
    backend: guide['The backend'],
    new: guide['The frontend'],
    classic: plugin['Install in the classic frontend system'],
    classicMenu: plugin['Build image in the menu of an entity'],
  };
}

function stepsOf(page) {
  return readSteps(readFileSync(join(ROOT, page), 'utf8'));
}
