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
import { buildxMethod, dockerMethod, kanikoMethod } from '../methods';
import {
  describeWith,
  describeWithOwnProcesses,
} from '../__testUtils__/engines';
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
if [ -e "$NOTES/leaves-something" ]; then setsid sleep 600 >/dev/null 2>&1 & fi
if [ -e "$NOTES/fails" ]; then exit 7; fi
mkdir -p "$LAYOUT"
printf sha256:0 >"$LAYOUT/../digest"
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
    executor: BUILDER,
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
  const run = rendered.pipelineRun;
  for (const step of run.spec.pipelineSpec.tasks[0].taskSpec.steps) {
    // What kaniko's image has in places of its own.
    step.script = step.script
      ?.replace('#!/busybox/sh', '#!/bin/sh')
      .replace('PATH=/busybox:/kaniko\n', '\n')
      .replace('/kaniko/executor', 'executor');
  }
  const task = new RunningTask({ run, folder });
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

describeWithOwnProcesses('the end of the step that builds', () => {
  const METHODS = [dockerMethod, buildxMethod, kanikoMethod];

  beforeEach(() => writeFileSync(join(notes, 'leaves-something'), ''));

  it.each(METHODS)(
    'is the end of all that a build has started: $id',
    async method => {
      const { exitCode, log } = await taskOf(method).run('build-image', {
        container: 'tekton',
      });
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(existsSync(join(notes, 'has-built'))).toBe(true);
      expect(log).not.toContain('Something goes on');
    },
  );

  it.each(METHODS)('is that where the build fails, too: $id', async method => {
    writeFileSync(join(notes, 'fails'), '');
    const { exitCode, log } = await taskOf(method).run('build-image', {
      container: 'tekton',
    });
    expect({ exitCode, log }).toMatchObject({ exitCode: 7 });
    expect(log).not.toContain('Something goes on');
  });

  it.each(METHODS)(
    'ends nothing where it is not run by Tekton: $id',
    async method => {
      const { log } = await taskOf(method).run('build-image', {
        container: 'other',
      });
      expect(log).toContain('Something goes on');
    },
  );
});
