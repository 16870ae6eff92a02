import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { buildxMethod, dockerMethod } from '../methods';
import { describeWith } from '../__testUtils__/engines';
import { bundledTemplate } from './__testUtils__/bundledTemplate';
import { parametersOf, renderInput } from './__testUtils__/renderInput';
import { RunningTask } from './__testUtils__/RunningTask';
import { renderPipelineRun } from './render';

/** In the place of whatever builds: looks whether it could give the lock away, and whether it is held. */
const BUILDER = `#!/bin/sh
case "$*" in *debug*) exit ;; esac
if (true <&9) 2>/dev/null; then touch "$NOTES/has-the-lock"; fi
if flock -n "$LOCK/build-image" true; then touch "$NOTES/is-free"; fi
touch "$NOTES/has-built"
mkdir -p "$LAYOUT"
`;
/** In the place of BuildKit's daemon. */
const DAEMON = `#!/bin/sh
if (true <&9) 2>/dev/null; then touch "$NOTES/has-the-lock"; fi
trap 'exit 0' TERM
while [ -e "$NOTES" ]; do sleep 0.1; done
`;

let folder: string;
let notes: string;
let path: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-lock-'));
  notes = join(folder, 'notes');
  mkdirSync(notes);
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  for (const [name, script] of Object.entries({
    buildah: BUILDER,
    buildctl: BUILDER,
    rootlesskit: DAEMON,
  })) {
    writeFileSync(join(programs, name), script.replaceAll('$NOTES', notes), {
      mode: 0o755,
    });
  }
  path = process.env.PATH;
  process.env.PATH = `${programs}:${path}`;
});

afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

function taskOf(method: BuildMethod): RunningTask {
  const { build } = renderInput();
  const rendered = renderPipelineRun(
    renderInput({
      template: bundledTemplate(method.id),
      build: { ...build, method: method.id },
      parameters: parametersOf({}, method),
      checks: { sbom: true, scan: true },
    }),
  );
  if ('problems' in rendered) throw new Error(rendered.problems[0].message);
  const task = new RunningTask({ run: rendered.pipelineRun, folder });
  const tree = join(task.volume('source'), 'tree');
  mkdirSync(tree);
  writeFileSync(join(tree, 'Dockerfile'), 'FROM scratch\n');
  return task;
}

/** Whether a process has it. */
function isHeld(task: RunningTask): boolean {
  try {
    execFileSync('flock', ['-n', lockOf(task), 'true']);
    return false;
  } catch {
    return true;
  }
}

function lockOf(task: RunningTask): string {
  return join(task.volume('lock'), 'build-image');
}

describeWith('flock', 'the lock of the step that builds', () => {
  it.each([dockerMethod, buildxMethod])(
    'is held until the end of the step and by nothing that it runs: $id',
    async method => {
      const task = taskOf(method);
      const { exitCode, log } = await task.run('build-image');
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(existsSync(join(notes, 'has-built'))).toBe(true);
      expect(existsSync(join(notes, 'has-the-lock'))).toBe(false);
      expect(existsSync(join(notes, 'is-free'))).toBe(false);
      expect(isHeld(task)).toBe(false);
    },
  );

  it.each(['generate-sbom', 'scan-image', 'push-image'])(
    'keeps %s from an image that could still change',
    async step => {
      const task = taskOf(dockerMethod);
      const building = spawn('flock', [lockOf(task), 'sleep', '60'], {
        detached: true,
      });
      const ended = once(building, 'close');
      try {
        while (!isHeld(task)) await new Promise(setImmediate);
        const { exitCode, log } = await task.run(step);
        expect(log).toBe(
          'Error: the step build-image has not ended yet, so that what it builds could still change. Look for what writes to /tekton in the Dockerfile.\n',
        );
        expect(exitCode).toBe(1);
      } finally {
        process.kill(-building.pid!);
        await ended;
      }
    },
  );

  it('can be changed by no step but the first', () => {
    const { steps } = bundledTemplate('docker').pipeline.spec.tasks[0].taskSpec;
    const mounts = steps.map(({ name, volumeMounts = [] }) => [
      name,
      volumeMounts.find(mount => mount.name === 'lock')?.readOnly ?? false,
    ]);
    expect(mounts).toEqual([
      ['clone-repo', false],
      ['build-image', true],
      ['generate-sbom', true],
      ['scan-image', true],
      ['push-image', true],
    ]);
  });
});
