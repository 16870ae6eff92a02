import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Build,
  StepStatus,
  VulnerabilityList,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import { ScriptedBackend } from './__testUtils__/ScriptedBackend';
import { vulnerabilityListKey } from './blobs';

jest.setTimeout(60_000);

const LIST: VulnerabilityList = {
  counts: { critical: 1, high: 0, medium: 0, low: 0, unknown: 2 },
  fixable: 1,
  gate: { severity: 'high', ignoreUnfixed: false, stopped: true },
  items: [
    {
      id: 'CVE-2024-0001',
      severity: 'critical',
      package: 'openssl',
      version: '3.0.1',
      fixedVersion: '3.0.15',
      stopsImage: true,
    },
  ],
  truncated: true,
};

describe('the vulnerabilities of a build through the API', () => {
  let backend: ScriptedBackend;

  beforeAll(async () => {
    backend = await ScriptedBackend.start();
  });

  afterAll(async () => {
    await backend.stop();
  });

  async function get(path: string) {
    const response = await fetch(backend.url(path));
    return { status: response.status, body: await response.json() };
  }

  async function untilOver({ id }: Build): Promise<Build> {
    for (;;) {
      const { body } = await get(`/builds/${id}`);
      if (isTerminal(body.status)) return body;
      await delay(20);
    }
  }

  function scan(status: StepStatus, reason?: string): ExecutionUpdate {
    return {
      type: 'step',
      step: { name: 'scan-image', ordinal: 0, status, reason },
    };
  }

  /** A build with such a scan, which is over unless the scan is not. */
  async function scanned(...updates: ExecutionUpdate[]) {
    const { build, spec, report } = await backend.run();
    report(...updates);
    return { build, spec, report };
  }

  const completed: ExecutionUpdate = {
    type: 'outcome',
    outcome: { status: 'completed' },
  };

  it('are what was put together when the scan ended, by attempt', async () => {
    const { build, spec } = await scanned(scan('completed'), completed);
    await (
      await backend.blobs()
    ).put(vulnerabilityListKey(spec), Readable.from([JSON.stringify(LIST)]));
    await untilOver(build);
    for (const query of ['', '?attempt=1']) {
      expect(await get(`/builds/${build.id}/vulnerabilities${query}`)).toEqual({
        status: 200,
        body: LIST,
      });
    }
    const second = await get(`/builds/${build.id}/vulnerabilities?attempt=2`);
    expect(second.status).toBe(404);
    expect(second.body.error.message).toMatch(/there is no attempt 2/);
  });

  it('are counted with the build, in its own answer and in the list', async () => {
    const counts = { critical: 0, high: 3, medium: 0, low: 1, unknown: 0 };
    const { build } = await scanned(
      scan('completed'),
      ...Object.entries(counts).map(
        ([severity, value]): ExecutionUpdate => ({
          type: 'metric',
          metric: {
            name: `vulnerabilities-${severity}`,
            value,
            unit: 'count',
            step: 'scan-image',
          },
        }),
      ),
      completed,
    );
    expect((await untilOver(build)).vulnerabilities).toEqual(counts);
    const { body } = await get('/builds');
    expect(
      body.items.find(({ id }: Build) => id === build.id).vulnerabilities,
    ).toEqual(counts);
  });

  it.each<[string, ExecutionUpdate[], RegExp]>([
    [
      'was not scanned',
      [
        {
          type: 'step',
          step: { name: 'push-image', ordinal: 0, status: 'completed' },
        },
        completed,
      ],
      /^The image of build #\d+, attempt 1, was not scanned\. The portal admin has images scanned by imageFactory\.checks\.$/,
    ],
    [
      'could not be scanned',
      [scan('failed', 'No database.'), completed],
      /could not be scanned: No database\. The log of the step scan-image tells more\.$/,
    ],
    [
      'was never got to',
      [
        scan('skipped'),
        {
          type: 'outcome',
          outcome: {
            status: 'failed',
            failure: { class: 'user', message: 'No.' },
          },
        },
      ],
      /was not scanned: the build ended before\.$/,
    ],
    [
      'has lost its list',
      [scan('completed'), completed],
      /is gone from the blob store/,
    ],
  ])(
    'are not found, in words, of an image that %s',
    async (_, told, message) => {
      const { build } = await scanned(...told);
      expect((await untilOver(build)).vulnerabilities).toBeUndefined();
      const { status, body } = await get(`/builds/${build.id}/vulnerabilities`);
      expect(status).toBe(404);
      expect(body.error.message).toMatch(message);
    },
  );

  it('are not found yet while the scan runs, or before', async () => {
    const { build, report } = await scanned(scan('running'));
    let answer;
    do {
      await delay(20);
      answer = await get(`/builds/${build.id}/vulnerabilities`);
    } while (/not built yet/.test(answer.body.error.message));
    expect(answer.status).toBe(404);
    expect(answer.body.error.message).toMatch(
      /is not scanned yet\. Ask again when the step scan-image is over\.$/,
    );
    report(completed);
    await untilOver(build);
  });
});
