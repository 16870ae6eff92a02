import { createBackendModule } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  Build,
  LogRange,
  LogSearchResult,
  Step,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryMethodsExtensionPoint } from '@image-factory/backstage-plugin-image-factory-node';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import { shellMethod } from './executors/local/__testUtils__/shellMethod';
import { EXAMPLES, exampleComponent } from './__testUtils__/exampleComponent';
import { guests } from './__testUtils__/userInfo';
import { imageFactoryPlugin } from './plugin';

jest.setTimeout(120_000);

const LONG_LINE_BYTES = 10 * 1024 * 1024;
/** Bytes that are no text, with line ends, NULs and escapes among them. */
const BINARY = Buffer.from(
  Array.from({ length: 3_000 }, (_, index) => (index * 7919) % 256),
);

describe('the log of a build by the local executor', () => {
  let data: string;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'image-factory-logs-'));
    backend = await startTestBackend({
      features: [
        imageFactoryPlugin,
        guests,
        createBackendModule({
          pluginId: 'image-factory',
          moduleId: 'shell',
          register(env) {
            env.registerInit({
              deps: { methods: imageFactoryMethodsExtensionPoint },
              async init({ methods }) {
                methods.addMethod(shellMethod);
              },
            });
          },
        }),
        catalogServiceMock.factory({
          entities: [
            exampleComponent('hello-site', {
              'image-factory.io/method': 'shell',
            }),
          ],
        }),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://localhost' },
            imageFactory: {
              dataDirectory: data,
              sources: { directories: [{ name: 'examples', path: EXAMPLES }] },
            },
          },
        }),
      ],
    });
  });

  afterAll(async () => {
    await backend.stop();
    await rm(data, { recursive: true, force: true });
  });

  async function get<T>(path: string): Promise<T> {
    const { status, body } = await request(backend.server).get(
      `/api/image-factory/v1${path}`,
    );
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  }

  async function runScript(script: string): Promise<{
    build: Build;
    step: Step;
    /** The line that the executor itself puts before what the script prints. */
    heading: string;
  }> {
    const { status, body } = await request(backend.server)
      .post('/api/image-factory/v1/builds')
      .send({
        entityRef: 'component:default/hello-site',
        parameters: { script },
      });
    expect([status, body.error?.message]).toEqual([201, undefined]);
    let build: Build = body;
    while (!isTerminal(build.status)) {
      await delay(50);
      build = await get<Build>(`/builds/${build.id}`);
    }
    const { items } = await get<{ items: Step[] }>(`/builds/${build.id}/steps`);
    const step = items.find(({ name }) => name === 'build-image')!;
    const { text } = await get<LogRange>(
      `/builds/${build.id}/logs?step=build-image`,
    );
    return { build, step, heading: `${text.split('\n')[0]}\n` };
  }

  async function whole(build: Build): Promise<Buffer> {
    const { body } = await request(backend.server)
      .get(`/api/image-factory/v1/builds/${build.id}/logs?step=build-image`)
      .set('Accept', 'text/plain')
      .buffer(true)
      .responseType('blob');
    const title = Buffer.from(body).indexOf('\n') + 1;
    return Buffer.from(body).subarray(title);
  }

  async function search(build: Build, query: string) {
    return get<LogSearchResult>(
      `/builds/${build.id}/logs/search?query=${encodeURIComponent(query)}`,
    );
  }

  it('has a line of 10 MiB as it was printed, range by range, as a whole and in a search', async () => {
    const { build, step, heading } = await runScript(
      `head -c ${LONG_LINE_BYTES} /dev/zero | tr '\\0' x; echo needle; echo after`,
    );
    const expected = Buffer.concat([
      Buffer.from(heading),
      Buffer.alloc(LONG_LINE_BYTES, 'x'),
      Buffer.from('needle\nafter\n'),
    ]);
    expect(build.status).toBe('completed');
    expect(step).toMatchObject({ logBytes: expected.length, logLines: 3 });
    expect((await whole(build)).equals(expected)).toBe(true);

    let offset = 0;
    let text = '';
    let range: LogRange;
    do {
      range = await get<LogRange>(
        `/builds/${build.id}/logs?step=build-image&maxBytes=1048576&offset=${offset}`,
      );
      expect(range.nextOffset - offset).toBeLessThanOrEqual(1024 * 1024);
      text += range.text;
      offset = range.nextOffset;
    } while (!range.complete);
    expect(text === expected.toString()).toBe(true);
    expect(range.firstLine).toBe(2);

    const { items } = await search(build, 'xneedle');
    expect(items).toMatchObject([
      {
        step: 'build-image',
        line: 2,
        offset: heading.length,
        column: LONG_LINE_BYTES - 201,
        matches: 1,
      },
    ]);
    expect(items[0].text).toHaveLength(207);
    expect((await search(build, 'after')).items).toMatchObject([
      { line: 1 },
      { line: 3, text: 'after' },
    ]);
  });

  it('has binary output byte by byte, and shows it as text without end', async () => {
    const { build, step, heading } = await runScript(
      `printf %s ${BINARY.toString('base64')} | base64 -d; exit 3`,
    );
    const expected = Buffer.concat([Buffer.from(heading), BINARY]);
    expect(build).toMatchObject({
      status: 'failed',
      failure: { class: 'user', step: 'build-image' },
    });
    expect(JSON.stringify(build)).not.toMatch(/\\u00(?!09)[01]/);
    expect(step).toMatchObject({ status: 'failed', exitCode: 3 });
    const kept = await whole(build);
    expect(kept.subarray(0, expected.length).equals(expected)).toBe(true);
    const range = await get<LogRange>(
      `/builds/${build.id}/logs?step=build-image&maxBytes=1048576`,
    );
    expect(range.text.startsWith(expected.toString().slice(0, -4))).toBe(true);
    expect(range).toMatchObject({
      complete: true,
      nextOffset: step.logBytes,
    });
  });

  it('is read from any line on, in words about lines that it does not have', async () => {
    const { build, step } = await runScript('seq -f "Line %g" 50');
    const range = await get<LogRange>(
      `/builds/${build.id}/logs?step=build-image&line=21&maxLines=3`,
    );
    // The first line is the command itself.
    expect(range).toMatchObject({
      firstLine: 21,
      text: 'Line 20\nLine 21\nLine 22\n',
      complete: false,
    });
    expect(range.times[0]).toMatchObject({ line: 21 });
    const rest = await get<LogRange>(
      `/builds/${build.id}/logs?step=build-image&offset=${range.nextOffset}`,
    );
    expect(rest).toMatchObject({ firstLine: 24, complete: true });
    expect(step.logLines).toBe(51);
    const refusals: [string, RegExp][] = [
      ['line=53', /has 51 lines, so there is no line 53/],
      ['line=5&offset=5', /at an offset or at a line. Give one of the two/],
      ['line=0', /line in the query must be >= 1/],
      ['maxLines=0', /maxLines in the query must be >= 1/],
    ];
    for (const [query, message] of refusals) {
      const { status, body } = await request(backend.server).get(
        `/api/image-factory/v1/builds/${build.id}/logs?step=build-image&${query}`,
      );
      expect([status, body.error.message]).toEqual([
        400,
        expect.stringMatching(message),
      ]);
    }
  });

  it('is searched page by page, in words about what cannot be searched', async () => {
    const { build } = await runScript('seq -f "Line %g" 50');
    const first = await get<LogSearchResult>(
      `/builds/${build.id}/logs/search?query=line&step=build-image&limit=30`,
    );
    // The first of them is the command itself.
    expect(first.items).toHaveLength(30);
    expect(first.items[1]).toMatchObject({
      text: 'Line 1',
      ranges: [{ start: 0, end: 4 }],
    });
    const second = await get<LogSearchResult>(
      `/builds/${build.id}/logs/search?query=line&step=build-image&limit=30&cursor=${first.nextCursor}`,
    );
    expect(second.nextCursor).toBeUndefined();
    expect(second.items.at(-1)).toMatchObject({ text: 'Line 50' });
    expect(first.items.length + second.items.length).toBe(51);
    const exact = await get<LogSearchResult>(
      `/builds/${build.id}/logs/search?query=line&caseSensitive=true&step=build-image`,
    );
    expect(exact.items).toEqual([]);

    const refusals: [string, RegExp][] = [
      ['query=', /^query in the query is empty. Give it a value/],
      [`query=${'x'.repeat(201)}`, /201 characters. Search for at most 200/],
      ['query=a%0Ab', /line by line/],
      [
        'query=a&cursor=nonsense',
        /send a nextCursor that the same search gave/,
      ],
      ['query=a&limit=101', /limit in the query must be <= 100/],
    ];
    for (const [query, message] of refusals) {
      const { status, body } = await request(backend.server).get(
        `/api/image-factory/v1/builds/${build.id}/logs/search?${query}`,
      );
      expect(status).toBe(400);
      expect(body.error.message).toMatch(message);
    }
    const unknown = await request(backend.server).get(
      `/api/image-factory/v1/builds/${build.id}/logs/search?query=a&step=no-such`,
    );
    expect(unknown.status).toBe(404);
    expect(unknown.body.error.message).toMatch(/clone-repo, build-image/);
  });
});
