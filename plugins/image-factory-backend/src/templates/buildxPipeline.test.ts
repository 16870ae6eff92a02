import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from '@backstage/types';
import { buildxMethod } from '../methods';
import { ATTACK_VALUES } from './__testUtils__/attackValues';
import { bundledTemplate } from './__testUtils__/bundledTemplate';
import { parametersOf, renderInput } from './__testUtils__/renderInput';
import { RunningTask } from './__testUtils__/RunningTask';
import { RenderInput, renderPipelineRun } from './render';

/** In the places of the programs: they write down what they are given. */
const PROGRAMS = {
  rootlesskit: `#!/bin/sh
printf '%s\\0' "$@" >"$NOTES/daemon"
if [ -e "$NOTES/cannot-start" ]; then echo 'no user namespaces here'; exit 1; fi
trap 'exit 0' TERM
while [ -e "$NOTES" ] && [ ! -e "$NOTES/killed" ]; do sleep 0.1; done
`,
  buildctl: `#!/bin/sh
shift
if [ "$1" = debug ]; then [ ! -e "$NOTES/cannot-start" ]; exit; fi
printf '%s\\0' "$@" >"$NOTES/build"
cat "$DOCKER_CONFIG/config.json" >"$NOTES/login" 2>/dev/null
cat "\${SSL_CERT_FILE:-/dev/null}" >"$NOTES/certificates"
cat "$HOME/buildkitd.toml" >"$NOTES/settings"
if [ -e "$NOTES/ends" ]; then touch "$NOTES/killed"; sleep 1; fi
[ ! -e "$NOTES/fails" ] || exit 3
mkdir -p "$LAYOUT"
`,
};

let folder: string;
let notes: string;
let path: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buildx-task-'));
  notes = join(folder, 'notes');
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  mkdirSync(notes);
  for (const [name, script] of Object.entries(PROGRAMS)) {
    const file = join(programs, name);
    writeFileSync(file, script.replaceAll('$NOTES', notes));
    chmodSync(file, 0o755);
  }
  path = process.env.PATH;
  process.env.PATH = `${programs}:${path}`;
});

afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

function taskOf(
  options: {
    parameters?: JsonObject;
    image?: Partial<RenderInput['image']>;
    workspaces?: Record<string, string>;
    source?: string;
  } = {},
): RunningTask {
  const { build, image, source } = renderInput();
  const rendered = renderPipelineRun(
    renderInput({
      template: bundledTemplate('buildx'),
      build: { ...build, method: 'buildx' },
      image: { ...image, ...options.image },
      source: { ...source, path: options.source ?? '' },
      parameters: parametersOf(options.parameters ?? {}, buildxMethod),
    }),
  );
  if ('problems' in rendered) throw new Error(rendered.problems[0].message);
  const task = new RunningTask({
    run: rendered.pipelineRun,
    folder,
    workspaces: options.workspaces,
  });
  mkdirSync(join(task.volume('source'), 'tree/app'), { recursive: true });
  writeFileSync(
    join(task.volume('source'), 'tree/Dockerfile'),
    'FROM scratch\n',
  );
  writeFileSync(
    join(task.volume('source'), 'tree/app/Dockerfile'),
    'FROM scratch\n',
  );
  return task;
}

function wordsOf(name: string): string[] {
  return readFileSync(join(notes, name), 'utf8').split('\0').slice(0, -1);
}

function note(name: string): string {
  return readFileSync(join(notes, name), 'utf8');
}

describe('the step of the buildx template that builds', () => {
  it('starts BuildKit as a user without rights and has it write a layout', async () => {
    const task = taskOf({ parameters: { 'context-path': 'app' } });
    const { exitCode, log } = await task.run('build-image');
    expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
    expect(wordsOf('daemon')).toEqual(
      expect.arrayContaining([
        'buildkitd',
        '--rootless',
        '--oci-worker-no-process-sandbox',
      ]),
    );
    const tree = join(task.volume('source'), 'tree');
    expect(wordsOf('build')).toEqual([
      'build',
      '--progress=plain',
      '--frontend=dockerfile.v0',
      `--local=context=${tree}/app`,
      `--local=dockerfile=${tree}/app`,
      '--opt=filename=Dockerfile',
      `--output=type=oci,tar=false,dest=${task.volume('layout')}/image`,
    ]);
    expect(log).toContain('$ buildctl build --progress=plain');
  });

  it('hands over platforms, target, arguments and labels', async () => {
    await taskOf({
      parameters: {
        target: 'release',
        platforms: ['linux/amd64', 'linux/arm64'],
        'build-args': { A: 'b', C: '' },
        labels: { d: 'e' },
      },
    }).run('build-image');
    expect(wordsOf('build').filter(word => word.startsWith('--opt='))).toEqual([
      '--opt=filename=Dockerfile',
      '--opt=platform=linux/amd64,linux/arm64',
      '--opt=target=release',
      '--opt=build-arg:A=b',
      '--opt=build-arg:C=',
      '--opt=label:d=e',
    ]);
  });

  it('leaves values what they are, whatever they hold', async () => {
    const values = Object.fromEntries(
      ATTACK_VALUES.map((value, index) => [`V${index}`, value]),
    );
    const { exitCode, log } = await taskOf({
      parameters: { 'build-args': values, labels: values },
    }).run('build-image');
    expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
    expect(
      wordsOf('build').filter(word => /^--opt=(?:build-arg|label):/.test(word)),
    ).toEqual(
      ['build-arg', 'label'].flatMap(kind =>
        Object.entries(values).map(
          ([name, value]) => `--opt=${kind}:${name}=${value}`,
        ),
      ),
    );
  });

  it('gives BuildKit the login for base images, and the authority beside those that all trust', async () => {
    const credentials = join(folder, 'pull');
    mkdirSync(credentials);
    writeFileSync(join(credentials, '.dockerconfigjson'), '{"auths":{}}');
    writeFileSync(join(credentials, 'ca.crt'), 'OWN AUTHORITY\n');
    await taskOf({ workspaces: { 'pull-credentials': credentials } }).run(
      'build-image',
    );
    expect(note('login')).toBe('{"auths":{}}');
    expect(note('certificates')).toMatch(/BEGIN CERTIFICATE[^]*OWN AUTHORITY/);
    expect(note('settings')).toBe('');
  });

  it('talks without TLS to the registry of the image where it is told to, and to no other', async () => {
    await taskOf({
      image: { repository: 'registry.internal:5000/a/b', insecure: true },
    }).run('build-image');
    expect(note('settings')).toBe(
      '[registry."registry.internal:5000"]\nhttp = true\n',
    );
    expect(note('certificates')).toBe('');
  });

  it.each([
    ['the context', { 'context-path': 'out' }],
    ['the Dockerfile', { 'dockerfile-path': 'link' }],
  ])(
    'builds nothing where %s leads out of the source',
    async (_, parameters) => {
      const task = taskOf({ parameters });
      const tree = join(task.volume('source'), 'tree');
      symlinkSync('/etc', join(tree, 'out'));
      symlinkSync('/etc/passwd', join(tree, 'link'));
      const { exitCode, log } = await task.run('build-image');
      expect(exitCode).toBe(1);
      expect(log).toMatch(/leads out of the source by a symbolic link/);
      expect(existsSync(join(notes, 'build'))).toBe(false);
    },
  );

  it('takes a Dockerfile that is a link within the source from where it leads', async () => {
    const task = taskOf({ parameters: { 'dockerfile-path': 'Linked' } });
    const tree = join(task.volume('source'), 'tree');
    symlinkSync('app/Dockerfile', join(tree, 'Linked'));
    await task.run('build-image');
    expect(wordsOf('build')).toEqual(
      expect.arrayContaining([
        `--local=context=${tree}/.`,
        `--local=dockerfile=${tree}/app`,
        '--opt=filename=Dockerfile',
      ]),
    );
  });

  it('says what nodes need where BuildKit does not start, with its own words', async () => {
    const task = taskOf();
    writeFileSync(join(notes, 'cannot-start'), '');
    const { exitCode, log } = await task.run('build-image');
    expect(exitCode).toBe(1);
    expect(log).toMatch(
      /no user namespaces here[^]*Error: BuildKit does not start/,
    );
  });

  it('says so where BuildKit ends in the middle', async () => {
    const task = taskOf();
    writeFileSync(join(notes, 'ends'), '');
    writeFileSync(join(notes, 'fails'), '');
    const { exitCode, log } = await task.run('build-image');
    expect(exitCode).toBe(1);
    expect(log).toMatch(/Error: BuildKit itself has ended before the build/);
  });

  it('ends as buildctl does where the build fails', async () => {
    const task = taskOf();
    writeFileSync(join(notes, 'fails'), '');
    const { exitCode, log } = await task.run('build-image');
    expect(exitCode).toBe(3);
    expect(log).not.toMatch(/Error: BuildKit/);
  });
});
