import { mockServices } from '@backstage/backend-test-utils';
import {
  ExecutionUpdate,
  Outcome,
} from '@image-factory/backstage-plugin-image-factory-node';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import {
  BUSYBOX,
  describeWith,
  describeWithStaticBusybox,
} from '../../__testUtils__/engines';
import {
  Collected,
  ExecutorHarness,
  runToEnd,
} from './__testUtils__/executorHarness';
import { livingWith, someSeconds } from './__testUtils__/livingWith';
import { makeSpec } from './__testUtils__/makeSpec';
import { shellMethod } from './__testUtils__/shellMethod';
import { listProcesses } from './processes';

jest.setTimeout(60_000);

const run = promisify(execFile);

let harness: ExecutorHarness;

beforeAll(async () => {
  harness = await ExecutorHarness.create({ furtherMethods: [shellMethod] });
});

afterAll(async () => {
  await harness.remove();
});

/** A source with a Dockerfile and busybox in it. */
async function writeSource(name: string, dockerfile: string): Promise<void> {
  const folder = join(harness.sources, name);
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  await copyFile(BUSYBOX, join(folder, 'busybox')).catch(() => undefined);
}

const SHELL = 'FROM scratch\nCOPY busybox /bin/busybox\n';

function shell(script: string): string {
  return `${SHELL}RUN ["/bin/busybox", "sh", "-c", ${JSON.stringify(
    script,
  )}]\n`;
}

async function workspaces(): Promise<string[]> {
  return readdir(join(harness.executor.directory, 'runs'));
}

/** Processes whose command line has a word. */
async function processesWith(word: string): Promise<number[]> {
  const found: number[] = [];
  for (const { pid } of await listProcesses()) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(word)) {
      found.push(pid);
    }
  }
  return found;
}

/** Node has it only where it is asked for. */
function exposeGarbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

function hasText(update: ExecutionUpdate, text: string): boolean {
  return update.type === 'log' && Buffer.from(update.bytes).includes(text);
}

async function download(blobKey: string | undefined): Promise<string> {
  const file = join(harness.directory, 'image.tar');
  const blob = await harness.blobs.open(blobKey ?? '');
  if (!blob) {
    throw new Error('The archive is not in the blob store');
  }
  await pipeline(blob.stream, createWriteStream(file));
  return file;
}

describeWith(['buildah', 'skopeo'], 'LocalExecutor', () => {
  it('builds the demo into an archive whose digest skopeo agrees with', async () => {
    const spec = makeSpec({
      root: 'examples',
      path: 'hello-site',
      image: {
        reference: 'hello-site:3',
        tags: ['latest'],
        delivery: 'export',
      },
    });
    const collected = await runToEnd(harness.executor, spec);

    expect(collected.outcome).toEqual({ status: 'completed' });
    expect(collected.steps).toMatchObject([
      { name: 'clone-repo', status: 'completed' },
      {
        name: 'build-image',
        status: 'completed',
        exitCode: 0,
        tool: expect.stringMatching(/^buildah \d/),
      },
      { name: 'push-image', status: 'completed' },
    ]);
    expect(collected.log('build-image')).toMatch(
      /^\$ buildah build .*\nSTEP 1\/\d+: FROM scratch\n/,
    );
    const [image, archive] = collected.artifacts;
    expect(image).toMatchObject({
      type: 'image',
      reference: 'hello-site:3',
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      platform: expect.stringMatching(/^linux\//),
    });
    expect(collected.log('push-image')).toContain(image.digest);
    const file = await download(archive.blobKey);
    expect(archive).toMatchObject({
      type: 'image-archive',
      name: 'hello-site-3.tar',
      mediaType: 'application/x-tar',
      sizeBytes: (await readFile(file)).length,
      blobKey: `artifacts/${spec.buildId}/${spec.executionId}/image.tar`,
    });
    for (const tag of ['3', 'latest']) {
      const { stdout } = await run('skopeo', [
        'inspect',
        '--raw',
        `oci-archive:${file}:hello-site:${tag}`,
      ]);
      expect(
        `sha256:${createHash('sha256').update(stdout).digest('hex')}`,
      ).toBe(image.digest);
    }
    expect(await workspaces()).toEqual([]);
  });

  it('tells all steps as pending before the first begins, and the outcome last', async () => {
    const { updates } = await runToEnd(
      harness.executor,
      makeSpec({ root: 'examples', path: 'hello-site' }),
    );
    expect(updates.slice(0, 4)).toMatchObject([
      { type: 'step', step: { name: 'clone-repo', status: 'pending' } },
      { type: 'step', step: { name: 'build-image', status: 'pending' } },
      { type: 'step', step: { name: 'push-image', status: 'pending' } },
      { type: 'phase', phase: 'running' },
    ]);
    expect(updates.findIndex(({ type }) => type === 'outcome')).toBe(
      updates.length - 1,
    );
  });

  it('builds a target with arguments and labels', async () => {
    const collected = await runToEnd(
      harness.executor,
      makeSpec({
        root: 'examples',
        path: 'multi-stage-site',
        parameters: {
          target: 'release',
          'build-args': { EDITION: 'gold' },
          labels: { 'com.example.team': 'a team' },
        },
      }),
    );
    expect(collected.outcome).toEqual({ status: 'completed' });
    const file = await download(collected.artifacts[1].blobKey);
    const { stdout } = await run('skopeo', [
      'inspect',
      `docker-archive:${file}`,
    ]);
    expect(JSON.parse(stdout).Labels).toMatchObject({
      'io.image-factory.demo.edition': 'gold',
      'com.example.team': 'a team',
    });
  });

  it('explains why the broken demo fails, and skips what would follow', async () => {
    const collected = await runToEnd(
      harness.executor,
      makeSpec({ root: 'examples', path: 'broken-dockerfile' }),
    );
    expect(collected.outcome).toEqual({
      status: 'failed',
      failure: expect.objectContaining({
        class: 'user',
        step: 'build-image',
        file: 'Dockerfile',
        line: 4,
        instruction: 'COPY sites/ /srv/www/',
        message: expect.stringContaining('"sites/"'),
        hint: expect.stringContaining('Did you mean "site/"?'),
      }),
    });
    expect(collected.steps.map(({ status }) => status)).toEqual([
      'completed',
      'failed',
      'skipped',
    ]);
    expect(collected.artifacts).toEqual([]);
    expect(await workspaces()).toEqual([]);
  });

  it('runs a spec once, however often it is started', async () => {
    const spec = makeSpec({ root: 'examples', path: 'hello-site' });
    const { signal } = new AbortController();
    const [first, second] = await Promise.all([
      harness.executor.start(spec, signal),
      harness.executor.start(spec, signal),
    ]);
    expect(second).toEqual(first);
    const collected = await Collected.from(
      harness.executor.collect(first, undefined, signal),
    );
    expect(collected.outcome).toEqual({ status: 'completed' });
    expect(
      collected
        .log('build-image')
        .split('\n')
        .filter(line => line.startsWith('$ ')),
    ).toHaveLength(1);
    expect(await harness.executor.cancel(first, 'cancel')).toBe('gone');
  });

  it('builds two side by side', async () => {
    const outcomes = await Promise.all(
      ['hello-site', 'multi-stage-site'].map(async path =>
        runToEnd(harness.executor, makeSpec({ root: 'examples', path })),
      ),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      { status: 'completed' },
      { status: 'completed' },
    ]);
    expect(outcomes[0].artifacts[0].digest).not.toBe(
      outcomes[1].artifacts[0].digest,
    );
  });

  it('refuses a source with a link that leaves it, and names the link', async () => {
    await writeSource('escape', 'FROM scratch\nCOPY . /\n');
    await symlink('/etc/passwd', join(harness.sources, 'escape', 'passwd'));
    const collected = await runToEnd(
      harness.executor,
      makeSpec({ path: 'escape' }),
    );
    expect(collected.outcome).toMatchObject({
      status: 'failed',
      failure: {
        class: 'user',
        step: 'clone-repo',
        message: expect.stringContaining('"passwd" leads out of the source'),
      },
    });
    expect(collected.steps.map(({ status }) => status)).toEqual([
      'failed',
      'skipped',
      'skipped',
    ]);
  });

  it('takes a full blob store for a fault of this machine, not of the sources', async () => {
    const broken = await ExecutorHarness.create({
      blobs: {
        put: async (_key: string, source: Readable) => {
          source.destroy();
          throw new Error('The disk of the blob store is full');
        },
        open: async () => undefined,
        delete: async () => undefined,
        deleteAll: async () => undefined,
      },
    });
    try {
      const { outcome, steps } = await runToEnd(
        broken.executor,
        makeSpec({ root: 'examples', path: 'hello-site' }),
      );
      expect(outcome).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          step: 'push-image',
          message: expect.stringContaining('disk of the blob store is full'),
        },
      });
      expect(steps[2].status).toBe('failed');
    } finally {
      await broken.remove();
    }
  });

  it('ends a run whose collector has gone away', async () => {
    const spec = makeSpec({ root: 'examples', path: 'hello-site' });
    const controller = new AbortController();
    const reference = await harness.executor.start(spec, controller.signal);
    controller.abort();
    const { updates } = await Collected.from(
      harness.executor.collect(reference, undefined, controller.signal),
    );
    expect(updates).toEqual([]);
    expect(await workspaces()).toEqual([]);
    expect(await harness.executor.cancel(reference, 'cancel')).toBe('gone');
  });

  it('says of a run that it does not know that it is lost', async () => {
    const { outcome } = await Collected.from(
      harness.executor.collect(
        { name: 'never-started' },
        undefined,
        new AbortController().signal,
      ),
    );
    expect(outcome).toMatchObject({ status: 'lost' });
  });
});

describeWithStaticBusybox(
  'LocalExecutor, while a command of the build runs',
  () => {
    it('cancels: the whole process tree goes, and so does the workspace', async () => {
      await writeSource(
        'sleeping',
        shell(
          'echo asleep; /bin/busybox setsid /bin/busybox sleep 987654 & /bin/busybox sleep 987654',
        ),
      );
      const spec = makeSpec({ path: 'sleeping' });
      let seen = 0;
      const collected = await runToEnd(harness.executor, spec, async update => {
        if (hasText(update, 'asleep\n')) {
          seen = (await processesWith('987654')).length;
          await harness.executor.cancel({ name: spec.name }, 'cancel');
        }
      });
      expect(seen).toBeGreaterThan(0);
      expect(collected.outcome).toEqual({ status: 'cancelled' });
      expect(collected.updates).toContainEqual({
        type: 'phase',
        phase: 'stopping',
      });
      expect(collected.steps.map(({ status }) => status)).toEqual([
        'completed',
        'cancelled',
        'skipped',
      ]);
      expect(await processesWith('987654')).toEqual([]);
      expect(await processesWith(spec.name)).toEqual([]);
      expect(await workspaces()).toEqual([]);
    });

    it('ends what a command has detached when the build is complete', async () => {
      const seconds = someSeconds();
      await writeSource(
        'detaching',
        shell(
          `/bin/busybox setsid /bin/busybox sh -c '/bin/busybox sleep ${seconds} >/dev/null 2>&1 &'; /bin/busybox sleep 1; echo up; /bin/busybox sleep 1`,
        ),
      );
      let seen = 0;
      const { outcome } = await runToEnd(
        harness.executor,
        makeSpec({ path: 'detaching' }),
        async update => {
          if (hasText(update, 'up\n')) {
            seen = (await livingWith(seconds)).length;
          }
        },
      );
      expect(seen).toBe(1);
      expect(outcome).toEqual({ status: 'completed' });
      expect(await livingWith(seconds)).toEqual([]);
    });

    it('ends a build that runs longer than its time limit', async () => {
      await writeSource('slow', shell('/bin/busybox sleep 876543'));
      const { outcome, steps } = await runToEnd(
        harness.executor,
        makeSpec({ path: 'slow', timeoutSeconds: 2 }),
      );
      expect(outcome).toEqual({
        status: 'failed',
        failure: {
          class: 'timeout',
          message:
            'The build ran longer than its time limit of 2 s and was ended in step build-image.',
          step: 'build-image',
          hint: expect.stringContaining('Raise the time limit'),
        },
      });
      expect(steps[1].status).toBe('cancelled');
      expect(await processesWith('876543')).toEqual([]);
    });

    it('ends runs as lost when it stops, and waits until they are gone', async () => {
      await writeSource('stopped', shell('echo up; /bin/busybox sleep 765432'));
      let stopping: Promise<void> | undefined;
      const stopped = await ExecutorHarness.create();
      try {
        await mkdir(join(stopped.sources, 'stopped'));
        for (const file of ['Dockerfile', 'busybox']) {
          await copyFile(
            join(harness.sources, 'stopped', file),
            join(stopped.sources, 'stopped', file),
          );
        }
        const { outcome } = await runToEnd(
          stopped.executor,
          makeSpec({ path: 'stopped' }),
          update => {
            if (hasText(update, 'up\n')) {
              stopping = stopped.executor.stop();
            }
          },
        );
        await stopping;
        expect(outcome).toMatchObject({ status: 'lost' });
        expect(await processesWith('765432')).toEqual([]);
        expect(await readdir(join(stopped.executor.directory, 'runs'))).toEqual(
          [],
        );
      } finally {
        await stopped.remove();
      }
    });

    it('leaves nothing of a build in the store of its tool', async () => {
      const fresh = await ExecutorHarness.create();
      try {
        await runToEnd(
          fresh.executor,
          makeSpec({ root: 'examples', path: 'multi-stage-site' }),
        );
        await fresh.executor.stop();
        const [store] = await readdir(
          join(fresh.executor.directory, 'storage'),
        );
        const driver = store.replace('buildah-', '');
        const images = await readFile(
          join(
            fresh.executor.directory,
            'storage',
            store,
            `${driver}-images`,
            'images.json',
          ),
          'utf8',
        );
        expect(JSON.parse(images)).toEqual([]);
      } finally {
        await fresh.remove();
      }
    });
  },
);

describe('LocalExecutor, with a program that prints much', () => {
  const shellSpec = (script: string) =>
    makeSpec({
      root: 'examples',
      path: 'hello-site',
      method: 'shell',
      parameters: { script },
    });

  it('hands over 20 MB of output whole and in order, and holds little of it', async () => {
    const spec = shellSpec('seq 1 2800000');
    const { signal } = new AbortController();
    const reference = await harness.executor.start(spec, signal);
    const hash = createHash('sha256');
    const wanted = createHash('sha256');
    const misplaced: number[] = [];
    let outcome: Outcome | undefined;
    let received = 0;
    let measuredAt = 0;
    let heldAtMost = 0;
    const collectGarbage = exposeGarbageCollector();
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    for await (const update of harness.executor.collect(
      reference,
      undefined,
      signal,
    )) {
      if (update.type === 'log' && update.step === 'build-image') {
        if (update.offset !== received) {
          misplaced.push(update.offset);
        }
        received += update.bytes.length;
        hash.update(update.bytes);
        if (received >= measuredAt + 4_000_000) {
          measuredAt = received;
          // What nobody holds any more may lie about for long.
          collectGarbage();
          heldAtMost = Math.max(
            heldAtMost,
            process.memoryUsage().arrayBuffers - before,
          );
        }
      }
      outcome = update.type === 'outcome' ? update.outcome : outcome;
    }
    expect(outcome).toEqual({ status: 'completed' });
    expect(misplaced).toEqual([]);
    wanted.update("$ sh -c 'seq 1 2800000'\n");
    for (let line = 1; line <= 2_800_000; line += 1) {
      wanted.update(`${line}\n`);
    }
    expect(received).toBeGreaterThan(20_000_000);
    expect(hash.digest('hex')).toBe(wanted.digest('hex'));
    expect(measuredAt).toBeGreaterThan(16_000_000);
    expect(heldAtMost).toBeLessThan(10_000_000);
  });

  it('passes a line of a megabyte through', async () => {
    const collected = await runToEnd(
      harness.executor,
      shellSpec('head -c 1000000 /dev/zero | tr "\\0" x'),
    );
    expect(collected.outcome).toEqual({ status: 'completed' });
    const [, line] = collected.log('build-image').split('\n');
    expect(line.length).toBe(1_000_000);
  });

  it('keeps a log up to its cap, says once where it is cut, and still explains the failure', async () => {
    const capped = await ExecutorHarness.create({
      furtherMethods: [shellMethod],
      maxLogBytes: 1000,
    });
    try {
      const collected = await runToEnd(
        capped.executor,
        shellSpec('seq 1 100000; echo "cannot find the moon"; exit 9'),
      );
      const log = collected.log('build-image');
      const [, printed] = log.split("exit 9'\n");
      const [kept, after] = printed.split(
        '[log cut here: the step has printed more than 1000 bytes; the rest is not kept]\n',
      );
      expect(kept).toHaveLength(1000);
      expect(after).toBe('');
      expect(collected.outcome).toMatchObject({
        status: 'failed',
        failure: {
          message:
            'Step build-image failed with exit code 9: cannot find the moon',
          evidenceLine: undefined,
        },
      });
    } finally {
      await capped.remove();
    }
  });

  it('lets no control character into the sentence of a failure', async () => {
    const { outcome, steps } = await runToEnd(
      harness.executor,
      shellSpec(
        'printf "error: bad\\000x\\007 \\033[31mred\\033[0m\\n"; exit 9',
      ),
    );
    expect(outcome).toMatchObject({
      failure: {
        message: 'Step build-image failed with exit code 9: error: badx red',
      },
    });
    expect(steps[1].reason).toBe(
      'Step build-image failed with exit code 9: error: badx red',
    );
  });

  it('gives commands an empty file of logins and no way to those of the user', async () => {
    const collected = await runToEnd(
      harness.executor,
      shellSpec(
        'cat "$REGISTRY_AUTH_FILE"; echo; ls -l "$REGISTRY_AUTH_FILE" | cut -c1-10; env | cut -d= -f1',
      ),
    );
    const [, logins, mode, ...names] = collected.log('build-image').split('\n');
    expect(logins).toBe('{}');
    expect(mode).toBe('-rw-------');
    expect(names).toContain('PATH');
    expect(names).not.toContain('XDG_RUNTIME_DIR');
    expect(names).not.toContain('DOCKER_CONFIG');
  });

  it('says which step failed with which exit code where no rule knows more', async () => {
    const { outcome } = await runToEnd(
      harness.executor,
      shellSpec('echo "cannot find the moon" >&2; exit 9'),
    );
    expect(outcome).toMatchObject({
      status: 'failed',
      failure: {
        message:
          'Step build-image failed with exit code 9: cannot find the moon',
        evidenceLine: 2,
      },
    });
  });

  it('takes a program that somebody else has killed for a fault of the machine', async () => {
    const { outcome } = await runToEnd(
      harness.executor,
      shellSpec('kill -KILL $$'),
    );
    expect(outcome).toMatchObject({
      status: 'failed',
      failure: {
        class: 'infrastructure',
        message: expect.stringContaining('ended from outside by SIGKILL'),
      },
    });
  });
});

describe('LocalExecutor beside another on the same directory', () => {
  it('has runs of its own, and leaves those of the other alone when it recovers', async () => {
    const first = await ExecutorHarness.create({
      furtherMethods: [shellMethod],
    });
    const second = await ExecutorHarness.create({
      furtherMethods: [shellMethod],
      directory: first.work,
    });
    try {
      expect(second.executor.directory).not.toBe(first.executor.directory);
      let left: string[] = [];
      const spec = makeSpec({
        root: 'examples',
        path: 'hello-site',
        method: 'shell',
        parameters: { script: 'echo up; sleep 543210' },
      });
      await runToEnd(first.executor, spec, async update => {
        if (hasText(update, 'up\n')) {
          await second.executor.recover();
          left = await readdir(join(first.executor.directory, 'runs'));
          await first.executor.cancel({ name: spec.name }, 'cancel');
        }
      });
      expect(left).toEqual([spec.name]);
    } finally {
      await second.remove();
      await first.remove();
    }
  });
});

describe('LocalExecutor without a container builder', () => {
  it('says what is missing and how to get it, and takes no build', async () => {
    const bare = await ExecutorHarness.create({
      environment: { PATH: '/nowhere' },
      logger: mockServices.logger.mock(),
    });
    try {
      const status = await bare.executor.describe();
      expect(status).toMatchObject({
        health: 'unavailable',
        message: expect.stringMatching(
          /^Method docker needs buildah, podman or docker, and this machine has none that can be used: buildah, podman and docker are not there\.$/,
        ),
        hint: expect.stringContaining('apt-get install buildah'),
        methods: [{ id: 'docker', available: false }],
      });
      expect(
        status.tools
          .filter(({ name }) => name !== 'unshare')
          .map(tool => [tool.name, tool.status]),
      ).toEqual([
        ['buildah', 'missing'],
        ['podman', 'missing'],
        ['docker', 'missing'],
        ['git', 'missing'],
      ]);
      const { outcome, steps } = await runToEnd(
        bare.executor,
        makeSpec({ root: 'examples', path: 'hello-site' }),
      );
      expect(steps).toEqual([]);
      expect(outcome).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          hint: expect.stringContaining('apt-get install'),
        },
      });
    } finally {
      await bare.remove();
    }
  });

  it('says that a configured path is no program', async () => {
    const bare = await ExecutorHarness.create({
      environment: { PATH: '/nowhere' },
      toolPaths: { buildah: '/nowhere/buildah' },
    });
    try {
      const { tools, message, hint } = await bare.executor.describe();
      const wrong =
        'imageFactory.executors.local.toolPaths.buildah is set to /nowhere/buildah, which is no program that can be run';
      expect(tools.find(({ name }) => name === 'buildah')).toMatchObject({
        status: 'missing',
        message: wrong,
      });
      expect(message).toBe(
        `Method docker needs buildah, podman or docker, and this machine has none that can be used: ${wrong}; podman and docker are not there.`,
      );
      expect(hint).toMatch(
        /^Correct imageFactory\.executors\.local\.toolPaths\.buildah, or remove it/,
      );
    } finally {
      await bare.remove();
    }
  });
});
