import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUSYBOX, describeWithStaticBusybox } from '../__testUtils__/engines';
import { FaultyProxy } from '../__testUtils__/FaultyProxy';
import { RegistryServer } from '../__testUtils__/RegistryServer';
import { parametersOf, renderInput } from './__testUtils__/renderInput';
import { RunningTask, StepEnd } from './__testUtils__/RunningTask';
import { RenderInput, renderPipelineRun } from './render';

jest.setTimeout(120_000);

const LOGIN = { username: 'tenant', password: 'cache-secret' };
const DOCKERFILE = [
  'FROM scratch',
  'COPY busybox /bin/busybox',
  'COPY first.txt /',
  'RUN ["/bin/busybox", "sh", "-c", "echo made by RUN | /bin/busybox tee /made"]',
  'COPY second.txt /',
].join('\n');
const FILES = { Dockerfile: DOCKERFILE, 'first.txt': '1', 'second.txt': '2' };

describeWithStaticBusybox(
  'the layer cache of the docker template, with a real registry',
  () => {
    let folder: string;
    let registry: RegistryServer;
    let proxy: FaultyProxy;
    let count = 0;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'layer-cache-'));
      registry = await RegistryServer.start({
        directory: folder,
        users: { [LOGIN.username]: LOGIN.password },
      });
      proxy = await FaultyProxy.start(registry);
    });

    beforeEach(() => {
      proxy.fault = () => undefined;
      proxy.requests.length = 0;
    });

    afterAll(async () => {
      await proxy.stop();
      await registry.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    function secret(password: string): string {
      const path = mkdtempSync(join(folder, 'pull-credentials-'));
      const auth = Buffer.from(`${LOGIN.username}:${password}`);
      writeFileSync(
        join(path, '.dockerconfigjson'),
        JSON.stringify({
          auths: { [proxy.host]: { auth: auth.toString('base64') } },
        }),
      );
      writeFileSync(join(path, 'ca.crt'), registry.certificates.caPem);
      return path;
    }

    /** Builds as a pod of its own does, which has nothing of the one before it. */
    async function build(options: {
      cache?: string;
      files?: Record<string, string>;
      parameters?: Parameters<typeof parametersOf>[0];
      platforms?: string[];
      password?: string;
    }): Promise<StepEnd & { layers: number; platform: string }> {
      const {
        cache,
        files = FILES,
        parameters = {},
        platforms = [],
        password = LOGIN.password,
      } = options;
      const input: Partial<RenderInput> = {
        cache: cache === undefined ? undefined : { repository: at(cache) },
        parameters: parametersOf(parameters),
        platforms,
      };
      const rendered = renderPipelineRun(renderInput(input));
      if ('problems' in rendered) throw new Error(rendered.problems[0].message);
      count += 1;
      const task = new RunningTask({
        run: rendered.pipelineRun,
        folder: join(folder, `pod-${count}`),
        workspaces: { 'pull-credentials': secret(password) },
      });
      const tree = join(task.volume('source'), 'tree');
      mkdirSync(tree, { recursive: true });
      for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(tree, name), content);
      }
      copyFileSync(BUSYBOX, join(tree, 'busybox'));
      const end = await task.run('build-image');
      const layout = join(task.volume('layout'), 'image');
      if (end.exitCode !== 0) return { ...end, layers: 0, platform: '' };
      const inspect = (...args: string[]) =>
        JSON.parse(
          execFileSync('skopeo', ['inspect', ...args, `oci:${layout}`], {
            encoding: 'utf8',
          }),
        );
      const manifest = inspect('--raw');
      const config = manifest.config
        ? inspect('--config', '--raw')
        : { os: '', architecture: '' };
      return {
        ...end,
        layers: manifest.layers?.length,
        platform: `${config.os}/${config.architecture}`,
      };
    }

    function at(repository: string): string {
      return `${proxy.host}/cache/${repository}`;
    }

    function repositories(): string[] {
      const { repositories: names } = JSON.parse(
        execFileSync(
          'curl',
          [
            ...['--silent', '--cacert', registry.certificates.caFile],
            ...['--user', `${LOGIN.username}:${LOGIN.password}`],
            `https://${registry.host}/v2/_catalog?n=1000`,
          ],
          { encoding: 'utf8' },
        ),
      );
      return names;
    }

    const hits = (log: string) => log.match(/^--> Using cache/gm)?.length ?? 0;
    const runs = (log: string) => log.match(/^made by RUN$/gm)?.length ?? 0;
    const notes = (log: string) => log.match(/^Layer cache: .*$/gm) ?? [];

    it('is neither asked nor told of where none is configured', async () => {
      const { exitCode, log } = await build({});
      expect(exitCode).toBe(0);
      expect(log).toContain('--layers=false');
      expect(log).not.toMatch(/Layer cache|--cache|Using cache/);
      expect(proxy.requests).toEqual([]);
    });

    it('gives a second pod all layers of the first, and a changed file those before it', async () => {
      const first = await build({ cache: 'a' });
      expect(first.log).toContain(`Pushing cache ${at('a/linux-amd64')}`);
      expect([first.exitCode, hits(first.log), runs(first.log)]).toEqual([
        0, 0, 1,
      ]);
      const second = await build({ cache: 'a' });
      expect([second.exitCode, hits(second.log), runs(second.log)]).toEqual([
        0, 4, 0,
      ]);
      expect(second.layers).toBe(4);
      const changed = await build({
        cache: 'a',
        files: { ...FILES, 'first.txt': 'another' },
      });
      expect([changed.exitCode, hits(changed.log), runs(changed.log)]).toEqual([
        0, 1, 1,
      ]);
      for (const { log } of [first, second]) {
        expect(log).not.toContain(LOGIN.password);
        expect(notes(log)).toEqual([
          `Layer cache: layers are taken from ${at(
            'a/linux-amd64',
          )} where they are there, and put there where they are not.`,
        ]);
      }
    });

    it('gives a build of another repository none, and puts none there', async () => {
      await build({ cache: 'b' });
      const { exitCode, log } = await build({ cache: 'c' });
      expect([exitCode, hits(log), runs(log)]).toEqual([0, 0, 1]);
      expect(log).not.toContain(at('b'));
    });

    it('carries out all of a build that asks for it, and refreshes the cache', async () => {
      await build({ cache: 'd' });
      const parameters = { 'no-cache': true };
      const { exitCode, log } = await build({ cache: 'd', parameters });
      expect([exitCode, hits(log), runs(log)]).toEqual([0, 0, 1]);
      expect(log).toContain(`Pushing cache ${at('d/linux-amd64')}`);
      expect(notes(log)).toEqual([
        `Layer cache: no layer is taken from ${at(
          'd/linux-amd64',
        )}, as the build asks, and its own are put there.`,
      ]);
    });

    it('never gives a platform what was built for another', async () => {
      await build({ cache: 'e' });
      const files = {
        ...FILES,
        Dockerfile: 'FROM scratch\nCOPY first.txt /\n',
      };
      const amd64 = await build({ cache: 'e', files });
      const platforms = ['linux/arm64'];
      const arm64 = await build({ cache: 'e', files, platforms });
      expect([amd64.platform, arm64.platform]).toEqual([
        'linux/amd64',
        'linux/arm64',
      ]);
      expect(hits(arm64.log)).toBe(0);
      const several = await build({
        cache: 'e',
        files,
        platforms: ['linux/amd64', 'linux/arm64'],
      });
      expect(several.exitCode).toBe(0);
      expect(notes(several.log)).toEqual([
        expect.stringMatching(/several platforms, which Buildah would mix/),
      ]);
      expect(hits(several.log)).toBe(0);
    });

    it('is not used where a RUN mounts what the name of a layer says nothing of', async () => {
      const files = {
        ...FILES,
        Dockerfile: `${DOCKERFILE}\nRUN --mount=type=bind,target=/source ["/bin/busybox", "cat", "/source/mounted.txt"]\n`,
      };
      for (const text of ['one', 'two']) {
        const { exitCode, log } = await build({
          cache: 'f',
          files: { ...files, 'mounted.txt': `mounted ${text}\n` },
        });
        expect(exitCode).toBe(0);
        expect(log).toContain(`\nmounted ${text}\n`);
        expect(notes(log)).toEqual([
          expect.stringMatching(/not used.*--mount.*buildx looks at both\.$/),
        ]);
      }
      expect(repositories()).not.toContain('cache/f/linux-amd64');
    });

    it('fails no build whose login is refused, and says so', async () => {
      const { exitCode, log, layers } = await build({
        cache: 'g',
        password: 'wrong',
      });
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(layers).toBe(4);
      expect(runs(log)).toBe(1);
      expect(notes(log)).toEqual([
        expect.stringMatching(/cannot be read; .* No layer is taken/),
        expect.stringMatching(/cannot be written; .* puts none there\.$/),
      ]);
    });

    it('fails no build whose registry breaks in the middle, and carries nothing out twice', async () => {
      let pushed = 0;
      proxy.fault = ({ method, path }) => {
        if (method === 'PUT' && path.includes('/manifests/')) pushed += 1;
        // Of the layer that RUN makes.
        return pushed > 2 && method !== 'GET'
          ? { status: 403, body: '{"errors":[{"code":"DENIED"}]}' }
          : undefined;
      };
      const { exitCode, log, layers } = await build({ cache: 'h' });
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(layers).toBe(4);
      expect(runs(log)).toBe(1);
      expect(notes(log)).toEqual([
        expect.stringMatching(/layers are taken from/),
        expect.stringMatching(/cannot be written/),
      ]);
    });

    it('fails no build whose registry is away', async () => {
      proxy.fault = () => ({ status: 502, body: 'away' });
      const { exitCode, log } = await build({ cache: 'i' });
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(runs(log)).toBe(1);
      expect(notes(log)).toEqual([
        expect.stringMatching(/cannot be read; .* goes on without it\.$/),
      ]);
    });

    it('ends with what the Dockerfile does wrong, once, and with its exit code', async () => {
      const files = {
        ...FILES,
        Dockerfile: `${DOCKERFILE}\nRUN ["/bin/busybox", "sh", "-c", "echo failed pushing cache to no avail; exit 42"]\n`,
      };
      const { exitCode, log } = await build({ cache: 'j', files });
      expect(exitCode).toBe(42);
      expect(log).toMatch(/^Error: .*exit status 42$/m);
    });

    it('waits for nothing that a RUN leaves running', async () => {
      const files = {
        ...FILES,
        Dockerfile: `${DOCKERFILE}\nRUN ["/bin/busybox", "sh", "-c", "/bin/busybox sleep 300 & /bin/busybox true"]\n`,
      };
      const { exitCode } = await build({ cache: 'k', files });
      expect(exitCode).toBe(0);
    });

    it('looks up a base image anew, and takes no layer upon another one', async () => {
      const repository = 'bases/moving:1';
      const image = 'localhost/base';
      const publish = (text: string) => {
        const base = mkdtempSync(join(folder, 'base-'));
        writeFileSync(join(base, 'base'), text);
        copyFileSync(BUSYBOX, join(base, 'busybox'));
        writeFileSync(
          join(base, 'Dockerfile'),
          'FROM scratch\nCOPY busybox /bin/busybox\nCOPY base /\n',
        );
        const stored = [
          '--root',
          join(base, 'root'),
          '--runroot',
          join(base, 'run'),
        ];
        const buildah = (...args: string[]) =>
          execFileSync(
            'buildah',
            [...stored, '--storage-driver=vfs', ...args],
            {
              stdio: 'pipe',
            },
          );
        buildah('build', '--isolation=chroot', `--tag=${image}`, base);
        buildah(
          'push',
          `--cert-dir=${registry.certificateFolder}`,
          `--creds=${LOGIN.username}:${LOGIN.password}`,
          image,
          // Not by way of the proxy, which is of this process and could not answer.
          `docker://${registry.host}/${repository}`,
        );
      };
      const files = {
        Dockerfile: `FROM ${proxy.host}/${repository}\nRUN ["/bin/busybox", "cat", "/base"]\n`,
      };
      publish('the first base\n');
      expect((await build({ cache: 'l', files })).log).toContain(
        '\nthe first base\n',
      );
      expect(hits((await build({ cache: 'l', files })).log)).toBe(1);
      publish('the second base\n');
      const { exitCode, log } = await build({ cache: 'l', files });
      expect([exitCode, hits(log)]).toEqual([0, 0]);
      expect(log).toContain('\nthe second base\n');
    });
  },
  ['skopeo', 'docker-registry', 'curl'],
);
