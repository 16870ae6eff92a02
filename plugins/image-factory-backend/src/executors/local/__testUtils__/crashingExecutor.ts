/**
 * A program that runs one build, for a test to kill: prints what the build
 * prints. Arguments: the executor's directory, the root of sources, the source.
 */
import { LoggerService } from '@backstage/backend-plugin-api';
import { join } from 'node:path';
import { createSources } from '../../../__testUtils__/createSources';
import { FilesystemBlobStore } from '../../../blobs';
import { dockerMethod, MethodRegistry } from '../../../methods';
import { ImagePusher } from '../../../registry';
import { LocalExecutor } from '../LocalExecutor';
import { pickEnvironment } from '../pickEnvironment';
import { makeSpec } from './makeSpec';

const logger: LoggerService = {
  error: message => process.stderr.write(`${message}\n`),
  warn: message => process.stderr.write(`${message}\n`),
  info: () => undefined,
  debug: () => undefined,
  child: () => logger,
};

async function main([directory, root, source]: string[]): Promise<void> {
  const methods = new MethodRegistry();
  methods.register(dockerMethod);
  const executor = await LocalExecutor.create({
    id: 'local',
    directory,
    instance: 'test',
    methods,
    sources: await createSources({
      directory,
      roots: [{ name: 'test', path: root }],
    }),
    blobs: await FilesystemBlobStore.create({
      directory: join(directory, 'blobs'),
    }),
    pusher: ImagePusher.create({
      registries: [],
      environment: {},
      now: () => new Date(),
      random: Math.random,
    }),
    logger,
    toolOrder: ['buildah'],
    maxRunning: 1,
    environment: pickEnvironment(process.env),
    maxSourceBytes: 50_000_000,
    now: () => new Date(),
    steady: () => performance.now(),
  });
  const { signal } = new AbortController();
  const run = await executor.start(makeSpec({ path: source }), signal);
  for await (const update of executor.collect(run, undefined, signal)) {
    if (update.type === 'log') {
      process.stdout.write(update.bytes);
    }
  }
}

void main(process.argv.slice(2));
