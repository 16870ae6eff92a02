import { ExecutionSpec } from '@image-factory/backstage-plugin-image-factory-node';
import { readdir } from 'node:fs/promises';
import { GitRepository } from '../../__testUtils__/GitRepository';
import { GitServer } from '../../__testUtils__/GitServer';
import { describeWith } from '../../__testUtils__/engines';
import { ExecutorHarness, runToEnd } from './__testUtils__/executorHarness';
import { makeSpec } from './__testUtils__/makeSpec';
import { shellMethod } from './__testUtils__/shellMethod';
import { findProcessesIn } from './processes';

jest.setTimeout(60_000);

const LOGIN = { username: 'portal', password: 'hunter2-of-the-host' };

describe('LocalExecutor, with a source in git', () => {
  let server: GitServer;
  let repository: GitRepository;
  let harness: ExecutorHarness;

  beforeAll(async () => {
    server = await GitServer.start({ login: LOGIN });
    repository = await server.createRepository('team/app', {
      'docs/readme': 'x',
      'site/Dockerfile': 'FROM scratch\nCOPY index.html /\n',
      'site/index.html': '<p>hello</p>\n',
    });
  });

  afterAll(async () => {
    await server.stop();
  });

  beforeEach(async () => {
    harness = await ExecutorHarness.create({
      furtherMethods: [shellMethod],
      gitHosts: [{ host: server.host, caFile: server.caFile, ...LOGIN }],
    });
  });

  afterEach(async () => {
    server.failWith(undefined);
    await harness.remove();
  });

  async function gitSpec(
    path: string,
    config: Partial<ExecutionSpec['config']> = {},
  ): Promise<ExecutionSpec> {
    const spec = makeSpec({ path: 'app', ...config });
    return {
      ...spec,
      config: {
        ...spec.config,
        source: {
          type: 'git',
          repository: repository.url,
          ref: 'main',
          commit: await repository.hash('main'),
          path,
          credentials: 'host',
        },
      },
    };
  }

  function shell(script: string) {
    return { method: 'shell', parameters: { script } };
  }

  it('hands the build the folder of the source without .git, without the login and without what fetched it', async () => {
    const run = await runToEnd(
      harness.executor,
      await gitSpec(
        'site',
        shell('ls -A; echo; ls -AR ..; grep -rl hunter2 .. || echo none'),
      ),
    );
    const printed = run.log('build-image');
    expect(printed).toContain('Dockerfile\nindex.html\n\n');
    expect(printed).not.toMatch(/\.git|pack|login/);
    expect(printed).toMatch(/\nnone\n$/);
    const fetched = run.log('clone-repo');
    expect(fetched).toContain('Fetching commit');
    expect(fetched).toMatch(/Copied 2 entries/);
    expect(JSON.stringify(run.updates)).not.toContain(LOGIN.password);
  });

  it('is cancelled while the host is silent, and nothing of the fetch lives on', async () => {
    const { held, release } = server.stall();
    try {
      const spec = await gitSpec('site', shell('true'));
      const running = runToEnd(harness.executor, spec);
      await held;
      expect(await findProcessesIn(harness.work)).not.toEqual(
        process.platform === 'linux' ? [] : undefined,
      );
      expect(await harness.executor.cancel({ name: spec.name }, 'cancel')).toBe(
        'requested',
      );
      const run = await running;
      expect(run.outcome).toEqual({ status: 'cancelled' });
      expect(run.steps.map(step => step.status)).toEqual([
        'cancelled',
        'skipped',
      ]);
      expect(await findProcessesIn(harness.work)).toEqual([]);
      expect(
        (await readdir(harness.directory, { recursive: true })).filter(path =>
          path.includes('login'),
        ),
      ).toEqual([]);
    } finally {
      release();
    }
  });

  it('fails by its time limit while the host is silent', async () => {
    // What looks for tools takes of the time limit too.
    await harness.executor.describe();
    const { release } = server.stall();
    try {
      const run = await runToEnd(
        harness.executor,
        await gitSpec('site', { ...shell('true'), timeoutSeconds: 2 }),
      );
      expect(run.outcome).toMatchObject({
        status: 'failed',
        failure: { class: 'timeout', step: 'clone-repo' },
      });
    } finally {
      release();
    }
  });

  it('fails in a way that is tried again where the host is out of order, with the next step as hint', async () => {
    const spec = await gitSpec('site', shell('true'));
    server.failWith(503);
    const run = await runToEnd(harness.executor, spec);
    expect(run.outcome).toMatchObject({
      status: 'failed',
      failure: {
        class: 'infrastructure',
        step: 'clone-repo',
        message: expect.stringContaining('has answered 503'),
        hint: expect.stringContaining('tried again by itself'),
      },
    });
    expect(run.log('clone-repo')).toContain('Error: localhost');
  });

  it('shows git among its tools, and needs it for no method', async () => {
    const status = await harness.executor.describe();
    expect(status.tools.find(({ name }) => name === 'git')).toMatchObject({
      status: 'available',
      version: expect.stringMatching(/^\d+\.\d+/),
    });
    expect(status.methods.find(({ id }) => id === 'shell')).toMatchObject({
      available: true,
    });
  });

  describeWith('buildah', 'built by Buildah', () => {
    it('becomes an image', async () => {
      const run = await runToEnd(harness.executor, await gitSpec('site'));
      expect(run.outcome).toEqual({ status: 'completed' });
      expect(run.artifacts.map(artifact => artifact.type)).toContain('image');
    });

    it('fails for want of a Dockerfile, which is the user’s to mend', async () => {
      const run = await runToEnd(harness.executor, await gitSpec('docs'));
      expect(run.outcome).toMatchObject({
        status: 'failed',
        failure: {
          class: 'user',
          rule: 'dockerfile-missing',
          step: 'build-image',
          message: 'There is no Dockerfile at "Dockerfile" in the source.',
          hint: expect.stringContaining('set dockerfile-path'),
          evidenceLine: expect.any(Number),
        },
      });
    });
  });
});
