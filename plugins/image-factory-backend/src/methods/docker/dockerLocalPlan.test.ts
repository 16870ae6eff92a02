import {
  BuildConfig,
  ChosenTool,
  LocalStep,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith } from '../../__testUtils__/engines';
import { dockerLocalPlan } from './dockerLocalPlan';

jest.setTimeout(60_000);

const run = promisify(execFile);

const workspace = {
  root: '/workspace/docker-1-1',
  source: '/workspace/docker-1-1/source',
  layout: '/workspace/docker-1-1/layout',
  scratch: '/workspace/docker-1-1/scratch',
};

function configOf(parameters: JsonObject): BuildConfig {
  return {
    entityRef: 'component:default/app',
    imageName: 'default',
    tenant: 'group:default/guests',
    method: 'docker',
    infrastructure: 'local',
    source: { type: 'directory', root: 'demo', path: 'app' },
    image: { reference: 'app:1', tags: [], delivery: 'export' },
    parameters,
    platforms: [],
    timeoutSeconds: 60,
  };
}

function plan(name: string, parameters: JsonObject = {}, settings = {}) {
  const tool: ChosenTool = {
    name,
    version: '99.0.0',
    path: `/usr/bin/${name}`,
    globalArgs: name === 'docker' ? [] : ['--root=/store'],
    settings,
  };
  return dockerLocalPlan(configOf(parameters), workspace, { build: tool });
}

function commandOf({ action }: LocalStep) {
  return action.type === 'fetch-source' ? undefined : action.commands[0];
}

describe('dockerLocalPlan', () => {
  it.each(['docker', 'podman', 'buildah'])(
    'has the same steps for %s',
    name => {
      expect(plan(name).steps.map(step => step.name)).toEqual([
        'clone-repo',
        'build-image',
        'push-image',
      ]);
    },
  );

  it.each(['docker', 'podman', 'buildah'])(
    'has %s take no layer of an earlier build where that is asked for',
    name => {
      const argv = (parameters: JsonObject) =>
        commandOf(plan(name, parameters).steps[1])?.argv;
      expect(argv({ 'no-cache': true })).toContain('--no-cache');
      expect(argv({ 'no-cache': false })).not.toContain('--no-cache');
    },
  );

  it('hands every value over as part of one argument that no value can turn into an option', () => {
    const { steps } = plan('buildah', {
      'build-args': { A: '--privileged', B: 'x y; rm -rf /' },
      labels: { 'com.example/l': '-v=/:/host' },
      target: 'release',
      'context-path': 'app',
      'dockerfile-path': 'app/-f',
    });
    const argv = commandOf(steps[1])?.argv ?? [];
    expect(argv.slice(0, 3)).toEqual([
      '/usr/bin/buildah',
      '--root=/store',
      'build',
    ]);
    expect(argv).toEqual(
      expect.arrayContaining([
        '--build-arg=A=--privileged',
        '--build-arg=B=x y; rm -rf /',
        '--label=com.example/l=-v=/:/host',
        '--target=release',
        '--file=/workspace/docker-1-1/source/app/-f',
      ]),
    );
    expect(argv.at(-1)).toBe('/workspace/docker-1-1/source/app');
    expect(argv.slice(3, -1).every(argument => argument.startsWith('--'))).toBe(
      true,
    );
  });

  it.each([
    ['docker', 'x,/etc/shadow', '/workspace/docker-1-1/source/x,/etc/shadow'],
    ['docker', 'a"b', '/workspace/docker-1-1/source/a"b'],
    ['podman', 'x,/etc/shadow', '"/workspace/docker-1-1/source/x,/etc/shadow"'],
    ['buildah', 'a"b', '"/workspace/docker-1-1/source/a""b"'],
    ['buildah', "it's $HOME", "/workspace/docker-1-1/source/it's $HOME"],
  ])('tells %s of the Dockerfile %p alone', (name, dockerfile, value) => {
    const { steps } = plan(name, { 'dockerfile-path': dockerfile });
    expect(commandOf(steps[1])?.argv).toContain(`--file=${value}`);
  });

  it.each(['podman', 'buildah'])(
    'keeps the proxy of %s from the commands of the build where told to, and only there',
    name => {
      const argvOf = (settings: Record<string, string>) =>
        commandOf(plan(name, {}, settings).steps[1])?.argv;
      expect(argvOf({ httpProxy: 'false' })).toContain('--http-proxy=false');
      expect(argvOf({})?.join(' ')).not.toContain('--http-proxy');
    },
  );

  it('gives the image a name of the run while it is built, and forgets it at the end', () => {
    const image = 'localhost/image-factory/docker-1-1';
    const { steps, cleanup } = plan('podman');
    expect(commandOf(steps[1])?.argv).toContain(`--tag=${image}`);
    expect(cleanup.map(({ argv }) => argv)).toEqual([
      ['/usr/bin/podman', '--root=/store', 'rmi', '--force', image],
    ]);
  });

  it.each([
    ['docker', ['save', '--output=/workspace/docker-1-1/layout']],
    [
      'podman',
      ['save', '--format=oci-dir', '--output=/workspace/docker-1-1/layout'],
    ],
    ['buildah', ['push', 'oci:/workspace/docker-1-1/layout']],
  ])('exports with %s as an OCI image layout', (name, args) => {
    const step = plan(name).steps[2];
    expect(step.action.type).toBe('export-image');
    expect(commandOf(step)?.argv).toEqual(expect.arrayContaining(args));
  });

  it('reaches the daemon that was found, and lets it add no attestations', () => {
    const step = plan('docker', {}, { host: 'unix:///run/user.sock' }).steps[1];
    expect(commandOf(step)?.env).toMatchObject({
      DOCKER_HOST: 'unix:///run/user.sock',
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    });
  });
});

// Elsewhere podman only talks to a machine that has it.
const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux.each([
  ['podman', ['image', 'inspect', '--format={{.Config.Labels.from}}']],
  [
    'buildah',
    ['inspect', '--type=image', '--format={{.OCIv1.Config.Labels.from}}'],
  ],
])('the command for %s', (name, inspect) => {
  describeWith(name, 'as the tool understands it', () => {
    let folder: string;

    beforeEach(async () => {
      folder = await realpath(await mkdtemp(join(tmpdir(), 'docker-plan-')));
      await mkdir(join(folder, 'source'));
      await writeFile(join(folder, 'secret'), 'PASSWORD of the machine\n');
      await writeDockerfile('x');
    });

    afterEach(async () => {
      await rm(folder, { recursive: true, force: true });
    });

    /** One that labels its image with its path. */
    async function writeDockerfile(path: string): Promise<void> {
      const file = join(folder, 'source', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(
        file,
        `FROM scratch\nLABEL from=${JSON.stringify(path)}\n`,
      );
    }

    async function build(dockerfile: string) {
      const tool: ChosenTool = {
        name,
        version: '99.0.0',
        path: name,
        globalArgs: [
          `--root=${join(folder, 'store')}`,
          `--runroot=${join(folder, 'run')}`,
          '--storage-driver=vfs',
        ],
        settings: { isolation: 'chroot' },
      };
      const { steps } = dockerLocalPlan(
        configOf({ 'dockerfile-path': dockerfile }),
        { ...workspace, source: join(folder, 'source') },
        { build: tool },
      );
      const [program, ...args] = commandOf(steps[1])!.argv;
      const { stdout, stderr } = await run(program, args);
      const tag = args.find(arg => arg.startsWith('--tag='))!;
      const told = await run(program, [
        ...tool.globalArgs,
        ...inspect,
        tag.slice('--tag='.length),
      ]);
      return { output: stdout + stderr, label: told.stdout.trim() };
    }

    it('builds a Dockerfile with a comma in its path, and reads no file of the machine', async () => {
      const path = `x,${join(folder, 'secret')}`;
      await writeDockerfile(path);
      const { output, label } = await build(path);
      expect(label).toBe(path);
      expect(output).not.toContain('PASSWORD');
    });

    it.each(['a "b"/c', '"x",y', "it's, x"])(
      'builds the Dockerfile %p',
      async path => {
        await writeDockerfile(path);
        expect((await build(path)).label).toBe(path);
      },
    );
  });
});
