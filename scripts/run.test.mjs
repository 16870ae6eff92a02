import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { ROOT } from './bootstrap/paths.mjs';
import { demandFreePort, findFreePort } from './portal/port.mjs';
import { runNode } from './testing/runNode.mjs';
import { temporaryFolder } from './testing/temporaryFolder.mjs';

const RUN = join(ROOT, 'scripts/run.cjs');

test('an old Node is told to be old, with what to install', async t => {
  const preload = join(temporaryFolder(t), 'old-node.cjs');
  writeFileSync(
    preload,
    "Object.defineProperty(process.versions, 'node', { value: '16.20.2' });",
  );
  const { code, output } = await runNode(['--require', preload, RUN, 'start']);
  assert.equal(code, 1);
  assert.match(output, /Node 16\.20\.2 is too old/);
  assert.match(output, /Next step: install a newer Node/);
  assert.doesNotMatch(output, /\n\s+at /);
});

test('a taken port is told before anything else happens, with how to choose another', async () => {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const { code, output } = await runNode([RUN, 'start'], {
    env: { PORT: String(port) },
  });
  await new Promise(resolve => server.close(resolve));
  assert.equal(code, 1);
  assert.match(output, new RegExp(`Port ${port} is taken`));
  assert.match(output, new RegExp(`PORT=${port + 1} npm start`));
  assert.doesNotMatch(output, /•|\n\s+at /);
});

test('beyond the last port there is none to choose', async t => {
  const server = createServer();
  const taken = await new Promise(resolve => {
    server.once('error', resolve);
    server.listen(65535, '127.0.0.1', () => resolve(undefined));
  });
  // Whoever else has it does as well.
  t.after(() => taken ?? server.close());
  await assert.rejects(demandFreePort(65535), /`PORT=65534 npm start`/);
});

test('an option that a command does not know is refused, with those that it knows', async () => {
  const { code, output } = await runNode([RUN, 'start', '--nonsense']);
  assert.equal(code, 1);
  assert.match(output, /There is no option '--nonsense'/);
  assert.match(output, /--port <value>, --no-install, --no-frontend, --help/);
  assert.doesNotMatch(output, /•|\n\s+at /);
});

for (const argv of [
  ['build'],
  ['gate', 'lint'],
  ['test-engines'],
  ['test-adopt'],
  ['cluster', 'up'],
  ['test'],
]) {
  test(`${argv.join(
    ' ',
  )} --help tells what it does, and does not do it`, async () => {
    const { code, output } = await runNode([RUN, ...argv, '--help']);
    assert.equal(code, 0);
    assert.match(output, /^npm (?:run|test)/);
    assert.doesNotMatch(output, /•/);
  });
}

test('bench without a name tells the names before anything is started', async () => {
  const { code, output } = await runNode([RUN, 'bench']);
  assert.equal(code, 1);
  assert.match(output, /It has to be told what to measure/);
  assert.match(output, /log-flood, log-view/);
  assert.doesNotMatch(output, /•/);
});

test('a reporter that would take the place of the one that counts is refused', async () => {
  const { code, output } = await runNode([RUN, 'e2e-tekton', '--reporter=dot']);
  assert.equal(code, 1);
  assert.match(output, /leave --reporter out/);
  assert.doesNotMatch(output, /•/);
});

test('a port that is none is refused', async () => {
  const { code, output } = await runNode([RUN, 'start', '--port', 'http']);
  assert.equal(code, 1);
  assert.match(output, /'http' is not a port/);
});

test('a registry that cannot be reached is named, with what to check', async t => {
  const checkout = temporaryFolder(t);
  mkdirSync(join(checkout, 'scripts'));
  cpSync(join(ROOT, 'scripts'), join(checkout, 'scripts'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(checkout, 'package.json'));
  const registry = `http://127.0.0.1:${await findFreePort()}/`;
  const { code, output } = await runNode(
    [join(checkout, 'scripts/run.cjs'), 'exec', 'true'],
    {
      cwd: checkout,
      env: {
        npm_config_registry: registry,
        npm_config_cache: join(checkout, 'cache'),
      },
    },
  );
  assert.equal(code, 1);
  assert.ok(
    output.includes(`The npm registry ${registry} cannot be reached`),
    output,
  );
  assert.match(output, /Next step: check the network/);
  assert.doesNotMatch(output, /\n\s+at /);
});

test('an unknown command names the known ones', async () => {
  const { code, output } = await runNode([RUN, 'fly']);
  assert.equal(code, 1);
  assert.match(output, /There is no command 'fly'/);
  assert.match(output, /start, dev, build, test/);
});
