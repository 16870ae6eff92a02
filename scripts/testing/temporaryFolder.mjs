import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of the test's own, removed when the test is over. */
export function temporaryFolder(test) {
  const folder = mkdtempSync(join(tmpdir(), 'image-factory-scripts-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
