import { execFileSync } from 'node:child_process';
import {
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
import { describeWith } from '../__testUtils__/engines';
import { GitRepository } from '../__testUtils__/GitRepository';
import { GitServer } from '../__testUtils__/GitServer';
import { RegistryServer } from '../__testUtils__/RegistryServer';
import { parametersOf, renderInput } from './__testUtils__/renderInput';
import { RunningTask } from './__testUtils__/RunningTask';
import { RenderInput, renderPipelineRun } from './render';

jest.setTimeout(120_000);

const LOGIN = { username: 'tenant', password: 'p\\ass "w0rd" %s' };
const PUSHER = { username: 'pusher', password: 'push-secret' };

let folder: string;
let git: GitServer;
let repository: GitRepository;

beforeAll(async () => {
  git = await GitServer.start({ login: LOGIN });
  repository = await git.createRepository('team/app', {
    'app/Dockerfile':
      'FROM scratch AS base\nARG WHO\nLABEL who=$WHO\nCOPY hello /\nFROM base AS last\nLABEL stage=last\n',
    'app/hello': 'hello\n',
    'docs/readme': 'x\n',
  });
});

afterAll(async () => {
  await git.stop();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipeline-task-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A folder as a Secret is mounted. */
function secret(name: string, keys: Record<string, string>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [key, value] of Object.entries(keys)) {
    writeFileSync(join(path, key), value);
  }
  return path;
}

function gitSecret(login = LOGIN): string {
  return secret('git-credentials', {
    ...login,
    'ca.crt': readFileSync(git.caFile, 'utf8'),
  });
}

async function taskOf(
  overrides: Partial<RenderInput> = {},
  workspaces: Record<string, string> = { 'git-credentials': gitSecret() },
  source: Partial<RenderInput['source']> = {},
): Promise<RunningTask> {
  const rendered = renderPipelineRun(
    renderInput({
      source: {
        repository: repository.url,
        commit: await repository.hash('refs/heads/main'),
        ref: 'main',
        path: 'app',
        ...source,
      },
      ...overrides,
    }),
  );
  if ('problems' in rendered) {
    throw new Error(JSON.stringify(rendered.problems));
  }
  return new RunningTask({
    run: rendered.pipelineRun,
    folder: join(folder, 'pod'),
    workspaces,
  });
}

describeWith('git', 'the step clone-repo', () => {
  it('fetches the commit with the login of the Secret, and shows none of it', async () => {
    const task = await taskOf();
    const { exitCode, log } = await task.run('clone-repo');
    expect(log).toContain(`$ git fetch --depth=1 ${repository.url} `);
    expect(exitCode).toBe(0);
    expect(log).not.toContain(LOGIN.password);
    const tree = join(task.volume('source'), 'tree');
    expect(readFileSync(join(tree, 'app/hello'), 'utf8')).toBe('hello\n');
    expect(existsSync(join(tree, 'docs'))).toBe(false);
    expect(existsSync(join(task.volume('source'), 'git'))).toBe(false);
    expect(task.result('CHAINS-GIT_URL')).toBe(repository.url);
    expect(task.result('CHAINS-GIT_COMMIT')).toBe(
      await repository.hash('refs/heads/main'),
    );
  });

  it('ends as git does where the login is wrong', async () => {
    const task = await taskOf(
      {},
      { 'git-credentials': gitSecret({ ...LOGIN, password: 'wrong' }) },
    );
    const { exitCode, log } = await task.run('clone-repo');
    expect(exitCode).toBe(128);
    expect(log).toContain('Authentication failed');
  });

  it('fetches all branches where the host gives no single commits', async () => {
    const old = await GitServer.start({ version0: true });
    try {
      const source = await old.createRepository(
        'a',
        { 'app/hello': '1' },
        { public: true },
      );
      const first = await source.hash('refs/heads/main');
      await source.commit({ 'app/hello': '2' });
      const task = await taskOf(
        {},
        {
          'git-credentials': secret('git-credentials', {
            'ca.crt': readFileSync(old.caFile, 'utf8'),
          }),
        },
        { repository: source.url, commit: first },
      );
      const { exitCode, log } = await task.run('clone-repo');
      expect(log).toContain('fetching all branches and tags');
      expect(exitCode).toBe(0);
      expect(
        readFileSync(join(task.volume('source'), 'tree/app/hello'), 'utf8'),
      ).toBe('1');
    } finally {
      await old.stop();
    }
  });

  it('says so where the commit is no longer there', async () => {
    const task = await taskOf({}, undefined, { commit: 'd'.repeat(40) });
    const { exitCode, log } = await task.run('clone-repo');
    expect(exitCode).not.toBe(0);
    expect(log).toMatch(/Error: the repository has no commit d{40}.*new build/);
  });

  it('says so where the folder is not there, or leads out of the repository', async () => {
    const missing = await taskOf({}, undefined, { path: 'nope' });
    expect(await missing.run('clone-repo')).toEqual({
      exitCode: 1,
      log: expect.stringContaining('Error: there is no folder "nope"'),
    });
    const commit = await repository.commit(
      {},
      { branch: 'links', links: { out: '/etc', 'a/up': '../..' } },
    );
    for (const path of ['out', 'a/up']) {
      rmSync(join(folder, 'pod'), { recursive: true, force: true });
      rmSync(join(folder, 'git-credentials'), { recursive: true });
      const task = await taskOf({}, undefined, { path, commit });
      const { exitCode, log } = await task.run('clone-repo');
      expect(log).toContain('out of the repository by a symbolic link');
      expect(exitCode).toBe(1);
    }
  });

  it('runs no hook and no filter that the repository brings', async () => {
    const commit = await repository.commit(
      {
        '.gitattributes': '* filter=evil\n',
        '.gitconfig': '[filter "evil"]\n\tsmudge = touch /tmp/evil\n',
        '.gitmodules':
          '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "exit 1"\n',
        'app/hello': 'plain\n',
      },
      { branch: 'evil' },
    );
    const task = await taskOf({}, undefined, { commit, path: '' });
    const { exitCode, log } = await task.run('clone-repo');
    expect(exitCode).toBe(0);
    expect(log).toContain('submodules, which are not fetched');
  });
});

describeWith(
  ['git', 'buildah', 'skopeo', 'docker-registry'],
  'the steps of podman-build-pipeline',
  () => {
    let registry: RegistryServer;
    let data: string;

    beforeAll(async () => {
      data = mkdtempSync(join(tmpdir(), 'pipeline-registry-'));
      registry = await RegistryServer.start({
        directory: data,
        users: { [PUSHER.username]: PUSHER.password },
      });
    });

    afterAll(async () => {
      await registry.stop();
      rmSync(data, { recursive: true, force: true });
    });

    function registrySecret(): string {
      return secret('registry-credentials', {
        '.dockerconfigjson': JSON.stringify({
          auths: {
            [registry.host]: {
              auth: Buffer.from(
                `${PUSHER.username}:${PUSHER.password}`,
              ).toString('base64'),
            },
          },
        }),
        'ca.crt': registry.certificates.caPem,
      });
    }

    function inspect(reference: string, ...args: string[]): string {
      return execFileSync(
        'skopeo',
        [
          'inspect',
          `--cert-dir=${registry.certificateFolder}`,
          `--creds=${PUSHER.username}:${PUSHER.password}`,
          ...args,
          `docker://${reference}`,
        ],
        { encoding: 'utf8' },
      );
    }

    it.each([
      { title: 'for the platform of the node', platforms: [] },
      {
        title: 'for two platforms',
        platforms: ['linux/amd64', 'linux/arm64'],
      },
    ])(
      'push an image $title under its digest, and no tag',
      async ({ platforms }) => {
        const name = `${registry.host}/team/app${platforms.length}`;
        const task = await taskOf(
          {
            image: { repository: name, tags: ['1'], reference: `${name}:1` },
            platforms,
            parameters: parametersOf({
              target: 'base',
              'build-args': { WHO: "it's $HOME; touch pwned" },
              labels: { 'com.example/l': '-v=/:/host "x"' },
            }),
          },
          {
            'git-credentials': gitSecret(),
            'registry-credentials': registrySecret(),
          },
        );
        const logs: string[] = [];
        for (const step of ['clone-repo', 'build-image', 'push-image']) {
          const { exitCode, log } = await task.run(step);
          logs.push(log);
          expect({ step, exitCode, log }).toEqual({
            step,
            exitCode: 0,
            log: expect.any(String),
          });
        }
        const digest = task.result('IMAGE_DIGEST');
        expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
        expect(task.result('IMAGE_URL')).toBe(name);
        const config = JSON.parse(
          inspect(`${name}@${digest}`, '--config', '--override-os=linux'),
        );
        expect(config.config.Labels).toEqual({
          who: "it's $HOME; touch pwned",
          'com.example/l': '-v=/:/host "x"',
          'io.buildah.version': expect.any(String),
        });
        const { manifests = [] } = JSON.parse(
          inspect(`${name}@${digest}`, '--raw'),
        );
        expect(manifests).toHaveLength(platforms.length);
        expect(() => inspect(`${name}:1`)).toThrow(/manifest unknown/);
        expect(logs.join('')).not.toContain(PUSHER.password);
        expect(logs[1]).toContain('$ buildah build --format=oci');
      },
    );

    it('take a base image with the login for base images, and show none of it', async () => {
      const base = `${registry.host}/team/base`;
      const login = registrySecret();
      const first = await taskOf(
        { image: { repository: base, tags: [], reference: `${base}:1` } },
        { 'git-credentials': gitSecret(), 'registry-credentials': login },
      );
      for (const step of ['clone-repo', 'build-image', 'push-image']) {
        expect(await first.run(step)).toMatchObject({ exitCode: 0 });
      }
      const from = `${base}@${first.result('IMAGE_DIGEST')}`;
      for (const [pull, exitCode] of [
        [secret('no-login', { 'ca.crt': registry.certificates.caPem }), 125],
        [login, 0],
      ] as const) {
        rmSync(join(folder, 'pod'), { recursive: true });
        const task = await taskOf({}, { 'pull-credentials': pull });
        mkdirSync(join(task.volume('source'), 'tree/app'), { recursive: true });
        writeFileSync(
          join(task.volume('source'), 'tree/app/Dockerfile'),
          `FROM ${from}\nLABEL next=1\n`,
        );
        const end = await task.run('build-image');
        expect(end).toEqual({ exitCode, log: expect.any(String) });
        expect(end.log).not.toContain(PUSHER.password);
      }
    });

    it('ends as buildah does where the Dockerfile is not there', async () => {
      const task = await taskOf({
        parameters: parametersOf({ 'dockerfile-path': 'docker/nope' }),
      });
      await task.run('clone-repo');
      const { exitCode, log } = await task.run('build-image');
      expect(exitCode).toBe(125);
      expect(log).toMatch(/^Error: .*no such file or directory/m);
    });

    it('takes the name of a Dockerfile for one name, whatever is in it', async () => {
      const file = 'Docker "file", a,b';
      const commit = await repository.commit(
        { [`app/${file}`]: 'FROM scratch\nLABEL from=it\n' },
        { branch: 'odd-name' },
      );
      const task = await taskOf(
        { parameters: parametersOf({ 'dockerfile-path': file }) },
        undefined,
        { commit },
      );
      await task.run('clone-repo');
      const { exitCode, log } = await task.run('build-image');
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(log).toContain('LABEL from=it');
    });

    it('refuses a Dockerfile that leads out of the source', async () => {
      const commit = await repository.commit(
        {},
        { branch: 'dockerfile', links: { 'app/evil': '/etc/passwd' } },
      );
      const task = await taskOf(
        { parameters: parametersOf({ 'dockerfile-path': 'evil' }) },
        undefined,
        { commit },
      );
      await task.run('clone-repo');
      const { exitCode, log } = await task.run('build-image');
      expect(log).toContain('Error: "evil" leads out of the source');
      expect(exitCode).toBe(1);
    });

    it('push nothing that a build has replaced by a link', async () => {
      const task = await taskOf({}, undefined);
      const layout = join(task.volume('layout'), 'image');
      mkdirSync(layout);
      symlinkSync('/etc/passwd', join(layout, 'index.json'));
      const { exitCode, log } = await task.run('push-image');
      expect(log).toContain('symbolic links');
      expect(exitCode).toBe(1);
    });

    it('ends as skopeo does where the registry refuses', async () => {
      const name = `${registry.host}/team/refused`;
      const task = await taskOf(
        { image: { repository: name, tags: [], reference: `${name}:1` } },
        {
          'git-credentials': gitSecret(),
          'registry-credentials': secret('registry-credentials', {
            'ca.crt': registry.certificates.caPem,
          }),
        },
      );
      await task.run('clone-repo');
      await task.run('build-image');
      const { exitCode, log } = await task.run('push-image');
      expect(exitCode).toBe(1);
      expect(log).toMatch(/authentication required|unauthorized/i);
    });
  },
);
