import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import test from 'node:test';
import { ROOT } from '../bootstrap/paths.mjs';

const BACKEND = join(ROOT, 'plugins/image-factory-backend');
const require = createRequire(import.meta.url);
const { ESLint } = require('eslint');

const { PURE_ROOMS, ROOMS } = require(join(BACKEND, 'rooms.js'));

const eslint = new ESLint({ cwd: BACKEND });

/** The rules that an import in a file of the package breaks. */
async function broken(file, imported) {
  const code = `import '${imported}';\n`;
  const [result] = await eslint.lintText(code, {
    filePath: join(BACKEND, 'src', file),
  });
  return result.messages
    .filter(({ fatal, ruleId }) => fatal || /restricted/.test(ruleId))
    .map(({ ruleId, message }) => ruleId ?? message);
}

/** A file that is really there: an import that does not resolve breaks no rule. */
function someFileOf(room) {
  const folder = join(BACKEND, 'src', room);
  assert.ok(existsSync(folder), `the room '${room}' does not exist`);
  const file = listFiles(folder).find(isSource);
  assert.ok(file, `the room '${room}' holds no file`);
  return `../${relative(join(BACKEND, 'src'), file).replace(/\.ts$/, '')}`;
}

function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}

function isSource(path) {
  return /\.ts$/.test(path) && !/\.test\.ts$|__testUtils__/.test(path);
}

for (const [position, room] of ROOMS.entries()) {
  const next = ROOMS[position + 1];
  if (next) {
    test(`${room} may not import from ${next}`, async () => {
      const rules = await broken(`${room}/probe.ts`, someFileOf(next));
      assert.ok(rules.includes('import/no-restricted-paths'));
    });
  }
  // What is in there is known to nobody: it has a test of its own below.
  if (next && room !== 'executors') {
    test(`${next} may import from ${room}`, async () => {
      assert.deepEqual(await broken(`${next}/probe.ts`, someFileOf(room)), []);
    });
  }
}

test('the first room may not import from the last', async () => {
  const imported = someFileOf(ROOMS.at(-1));
  assert.deepEqual(await broken(`${ROOMS[0]}/probe.ts`, imported), [
    'import/no-restricted-paths',
  ]);
});

test('only plugin.ts and the local executor itself may import the local executor', async () => {
  const local = someFileOf('executors/local');
  const name = local.slice('../executors/local/'.length);
  const rule = ['import/no-restricted-paths'];
  assert.deepEqual(await broken('dispatcher/probe.ts', local), rule);
  assert.deepEqual(await broken('executors/probe.ts', `./local/${name}`), rule);
  assert.deepEqual(await broken('plugin.ts', local.replace('..', '.')), []);
  assert.deepEqual(await broken('executors/local/probe.ts', `./${name}`), []);
});

for (const room of PURE_ROOMS) {
  test(`${room} is pure: no database, no files, no processes`, async () => {
    for (const name of ['knex', 'node:fs', 'fs', 'node:child_process']) {
      assert.deepEqual(await broken(`${room}/probe.ts`, name), [
        'no-restricted-imports',
      ]);
    }
  });
}

test('helpers of tests may import from every room', async () => {
  const imported = someFileOf(ROOMS.at(-1));
  assert.deepEqual(await broken('__testUtils__/probe.ts', imported), []);
});
