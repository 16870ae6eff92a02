import { expect, test } from '@playwright/test';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../cluster/Cluster';
import { prepareTenant } from './support/tenant';

const BACKEND = join(__dirname, '../../plugins/image-factory-backend');
const TEMPLATES = ['pipeline-templates', 'example-templates'].map(folder =>
  join(BACKEND, folder),
);
const GOLDEN_RUNS = join(BACKEND, 'src/templates/__fixtures__');

test.describe(
  'Tekton’s webhook, with unknown fields refused',
  { tag: '@ci' },
  () => {
    let cluster: Cluster;
    let namespace: string;

    test.beforeAll(async () => {
      cluster = await Cluster.open();
      namespace = await prepareTenant(cluster);
    });

    const create = (manifest: string) =>
      cluster.kubectl.try(
        [
          ...['create', '--dry-run=server', '--validate=strict'],
          ...[`--namespace=${namespace}`, '--filename=-'],
        ],
        { input: manifest },
      );

    test('admits every template that a method brings along, and that of the example', async () => {
      const folders = await Promise.all(
        TEMPLATES.map(async folder =>
          (await readdir(folder, { recursive: true }))
            .filter(name => name.endsWith('.yaml'))
            .map(name => join(folder, name)),
        ),
      );
      const files = folders.flat();
      expect(files.length).toBeGreaterThanOrEqual(4);
      for (const file of files) {
        const ended = await create(await readFile(file, 'utf8'));
        expect(ended, file).toMatchObject({ code: 0, stderr: '' });
      }
    });

    test('admits the runs that are rendered of them, as they are kept beside the renderer', async () => {
      const names = await readdir(GOLDEN_RUNS);
      expect(names.length).toBeGreaterThanOrEqual(6);
      for (const name of names) {
        const run = JSON.parse(await readFile(join(GOLDEN_RUNS, name), 'utf8'));
        run.metadata.namespace = namespace;
        const ended = await create(JSON.stringify(run));
        expect(ended, name).toMatchObject({ code: 0, stderr: '' });
      }
    });

    test('refuses a run with a field that it does not know', async () => {
      const [name] = await readdir(GOLDEN_RUNS);
      const run = JSON.parse(await readFile(join(GOLDEN_RUNS, name), 'utf8'));
      run.metadata.namespace = namespace;
      run.spec.pipelineSpec.tasks[0].taskSpec.steps[0].privileged = true;
      const ended = await create(JSON.stringify(run));
      expect(ended.code).not.toBe(0);
      expect(ended.stderr).toMatch(/unknown field/);
    });
  },
);
