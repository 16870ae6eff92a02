import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import test from 'node:test';
import { startPostgres } from './startPostgres.mjs';

test('the PostgreSQL for tests answers, and nothing is left of it after', async () => {
  const before = leftovers();
  const postgres = await startPostgres();
  const [[name, value]] = Object.entries(postgres.environment);
  const { port } = new URL(value);
  const major = parseInt(postgres.version, 10);
  assert.equal(
    name,
    `BACKSTAGE_TEST_DATABASE_POSTGRES${major}_CONNECTION_STRING`,
  );
  assert.equal(await listens(port), true);
  await postgres.stop();
  assert.equal(await listens(port), false);
  assert.deepEqual(leftovers(), before);
});

function leftovers() {
  return readdirSync(tmpdir()).filter(name =>
    name.startsWith('image-factory-postgres-'),
  );
}

function listens(port) {
  return new Promise(resolve => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
