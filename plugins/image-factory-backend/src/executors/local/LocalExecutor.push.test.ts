import { execFile } from 'node:child_process';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BUSYBOX,
  describeWithStaticBusybox,
} from '../../__testUtils__/engines';
import { createSources } from '../../__testUtils__/createSources';
import { FaultyProxy } from '../../__testUtils__/FaultyProxy';
import { RegistryServer } from '../../__testUtils__/RegistryServer';
import { skopeoInspect } from '../../registry/__testUtils__/PushFixture';
import { RegistrySettings } from '../../registry';
import { Sources } from '../../sources';
import {
  Collected,
  ExecutorHarness,
  pushesTo,
  runToEnd,
} from './__testUtils__/executorHarness';
import { makeSpec } from './__testUtils__/makeSpec';

jest.setTimeout(120_000);

const run = promisify(execFile);
const login = { username: 'robot', password: 'correct-horse-battery' };
const CREDENTIALS = `${login.username}:${login.password}`;
const ENCODED = Buffer.from(CREDENTIALS).toString('base64');

describeWithStaticBusybox(
  'LocalExecutor and a real registry with a login',
  () => {
    let directory: string;
    let sources: Sources;
    let server: RegistryServer;
    let proxy: FaultyProxy;
    let common: Omit<RegistrySettings, 'host'>;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'executor-push-'));
      await mkdir(join(directory, 'sources'));
      sources = await createSources({
        directory,
        roots: [{ name: 'test', path: join(directory, 'sources') }],
      });
      server = await RegistryServer.start({
        directory,
        users: { [login.username]: login.password },
      });
      const { port, certificates } = server;
      proxy = await FaultyProxy.start({ port, certificates });
      common = {
        login,
        ca: certificates.caPem,
        tenantPrefix: '{tenant}/',
        pullCredentials: false,
      };
      await writeSource(
        'shell',
        'FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox", "echo", "it runs"]\n',
      );
    });

    afterEach(() => {
      proxy.fault = () => undefined;
    });

    afterAll(async () => {
      await proxy.stop();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    });

    async function writeSource(name: string, dockerfile: string) {
      const folder = join(directory, 'sources', name);
      await mkdir(folder);
      await writeFile(join(folder, 'Dockerfile'), dockerfile);
      await copyFile(BUSYBOX, join(folder, 'busybox'));
    }

    function pushSpec(path: string, reference: string, tags: string[] = []) {
      return makeSpec({ path, image: { reference, tags, delivery: 'push' } });
    }

    /** Runs something on an executor of its own that builds with one tool and knows these registries. */
    async function withExecutor<T>(
      registries: RegistrySettings[],
      work: (other: ExecutorHarness) => Promise<T>,
      tool = 'buildah',
    ): Promise<T> {
      const other = await ExecutorHarness.create({
        sources,
        pusher: pushesTo(registries),
        toolOrder: [tool],
      });
      try {
        return await work(other);
      } finally {
        await other.remove();
      }
    }

    async function build(
      registries: RegistrySettings[],
      spec: ReturnType<typeof pushSpec>,
      tool?: string,
    ): Promise<Collected> {
      return withExecutor(
        registries,
        ({ executor }) => runToEnd(executor, spec),
        tool,
      );
    }

    it('builds an image, pushes it under its tags, and keeps no archive beside', async () => {
      await withExecutor([{ host: server.host, ...common }], async other => {
        const name = `${server.host}/guests/shell`;
        const collected = await runToEnd(
          other.executor,
          pushSpec('shell', `${name}:3`, ['latest']),
        );
        expect(collected.outcome).toEqual({ status: 'completed' });
        const { Digest: digest } = await skopeoInspect(
          server,
          'guests/shell:latest',
          { login: CREDENTIALS },
        );
        expect(collected.artifacts).toEqual([
          expect.objectContaining({
            type: 'image',
            name: `${name}:3`,
            reference: `${name}@${digest}`,
            digest,
            platform: expect.stringContaining('linux/'),
          }),
        ]);
        expect(await readdir(join(other.directory, 'blobs'))).toEqual([]);
        const log = collected.log('push-image').split('\n');
        expect(log.filter(line => line.startsWith('Blob '))).toEqual([
          expect.stringMatching(/^Blob {6}sha256:[0-9a-f]{64} pushed, .* B$/),
          expect.stringMatching(/^Blob {6}sha256:[0-9a-f]{64} pushed, .*iB$/),
        ]);
        expect(log.slice(-5)).toEqual([
          `Manifest  ${digest} pushed`,
          'Tag       3 pushed',
          'Tag       latest pushed',
          `Pushed    ${name}@${digest}`,
          '',
        ]);
        const told = [
          JSON.stringify(collected.updates),
          ...collected.steps.map(step => collected.log(step.name)),
        ].join();
        expect(told).toContain(digest);
        expect(told).not.toContain(login.password);
        expect(told).not.toContain(ENCODED);
      });

      const storage = [
        `--root=${join(directory, 'pulled')}`,
        `--runroot=${join(directory, 'pulled-run')}`,
        '--storage-driver=vfs',
      ];
      const { stdout: container } = await run('buildah', [
        ...storage,
        'from',
        `--cert-dir=${server.certificateFolder}`,
        `--creds=${CREDENTIALS}`,
        `docker://${server.host}/guests/shell:3`,
      ]);
      const { stdout } = await run('buildah', [
        ...storage,
        'run',
        '--isolation=chroot',
        container.trim(),
        '/bin/busybox',
        'echo',
        'it runs',
      ]);
      expect(stdout).toBe('it runs\n');
      await run('buildah', [...storage, 'rm', container.trim()]);
    });

    it('cancels in the middle of an upload: no tag appears and no workspace is left', async () => {
      await withExecutor([{ host: proxy.host, ...common }], async other => {
        const { executor } = other;
        proxy.fault = ({ method }) => (method === 'PUT' ? 'stall' : undefined);
        const spec = pushSpec('shell', `${proxy.host}/guests/cancelled:1`);
        proxy.onStalled = () =>
          void executor.cancel({ name: spec.name }, 'cancel');
        const { outcome, steps } = await runToEnd(executor, spec);
        expect(outcome).toEqual({ status: 'cancelled' });
        expect(steps.at(-1)).toMatchObject({
          name: 'push-image',
          status: 'cancelled',
        });
        await expect(
          skopeoInspect(server, 'guests/cancelled:1', { login: CREDENTIALS }),
        ).rejects.toThrow(/unknown/);
        expect(await readdir(join(executor.directory, 'runs'))).toEqual([]);
      });
    });

    it('tells the log of every try, and fails as infrastructure once there are no more', async () => {
      proxy.fault = ({ method }) =>
        method === 'PUT' ? { status: 503 } : undefined;
      const collected = await build(
        [{ host: proxy.host, ...common }],
        pushSpec('shell', `${proxy.host}/guests/failing:1`),
      );
      expect(collected.outcome).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          step: 'push-image',
          message: expect.stringContaining('it answered 503'),
          hint: expect.stringContaining('tried again by itself'),
        },
      });
      expect(
        collected
          .log('push-image')
          .split('\n')
          .filter(line => /^(Retry|Error)/.test(line)),
      ).toEqual([
        expect.stringMatching(/^Retry {5}in 0\.0 s: .*it answered 503\.$/),
        expect.stringMatching(/^Retry {5}in 0\.0 s: .*it answered 503\.$/),
        expect.stringMatching(/^Error: .*it answered 503\.$/),
      ]);
    });

    it('fails as a matter of configuration where the login is refused', async () => {
      const { outcome } = await build(
        [
          {
            host: server.host,
            ...common,
            login: { ...login, password: 'wrong-horse' },
          },
        ],
        pushSpec('shell', `${server.host}/guests/shell:1`),
      );
      expect(outcome).toMatchObject({
        status: 'failed',
        failure: {
          class: 'user',
          message: expect.stringContaining('refused the login'),
          hint: expect.stringContaining('imageFactory.registries'),
        },
      });
      expect(JSON.stringify(outcome)).not.toContain('horse');
    });

    it.each([
      ['a registry that is configured no more', () => [], /may not be pushed/],
      [
        "a repository that is no longer the tenant's",
        () => [{ host: server.host, ...common, tenantPrefix: 'x/{tenant}/' }],
        /begin with "x\/guests\/"/,
      ],
    ])('does not push to %s', async (_, registries, message) => {
      const { outcome } = await build(
        registries(),
        pushSpec('shell', `${server.host}/guests/shell:1`),
      );
      expect(outcome).toMatchObject({
        status: 'failed',
        failure: { class: 'user', message: expect.stringMatching(message) },
      });
    });

    describe.each(['buildah', 'podman'])('base images with %s', tool => {
      beforeAll(async () => {
        await build(
          [{ host: server.host, ...common }],
          pushSpec('shell', `${server.host}/guests/base-${tool}:1`),
        );
        await writeSource(
          `on-base-${tool}`,
          `FROM ${server.host}/guests/base-${tool}:1\nCOPY Dockerfile /\n`,
        );
      });

      it('are pulled with the login that the operator gives to builds', async () => {
        const { outcome } = await build(
          [{ host: server.host, ...common, pullCredentials: true }],
          pushSpec(`on-base-${tool}`, `${server.host}/guests/on-${tool}:1`),
          tool,
        );
        expect(outcome).toEqual({ status: 'completed' });
      });

      it('are not pulled with a login that is for pushing only, though its authority is trusted', async () => {
        const { outcome } = await build(
          [{ host: server.host, ...common }],
          pushSpec(`on-base-${tool}`, `${server.host}/guests/off-${tool}:1`),
          tool,
        );
        expect(outcome).toMatchObject({
          status: 'failed',
          failure: {
            class: 'user',
            message: expect.stringContaining('was denied by its registry'),
          },
        });
      });
    });
  },
  ['docker-registry', 'skopeo', 'podman'],
);
