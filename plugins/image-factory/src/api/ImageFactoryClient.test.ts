import { ResponseError } from '@backstage/errors';
import { ImageFactoryClient } from './ImageFactoryClient';

function clientWith(answer: (url: URL, init?: RequestInit) => Response) {
  const asked: { url: URL; init?: RequestInit }[] = [];
  const client = ImageFactoryClient.create({
    discoveryApi: {
      getBaseUrl: async id => `http://localhost:7007/api/${id}`,
    },
    fetchApi: {
      fetch: async (input, init) => {
        const url = new URL(String(input));
        asked.push({ url, init });
        return answer(url, init);
      },
    },
  });
  return { client, asked };
}

describe('ImageFactoryClient', () => {
  it('hands on the words with which the backend refuses', async () => {
    const { client } = clientWith(() =>
      Response.json(
        {
          error: {
            name: 'InputError',
            message: 'The image has no name. Write one.',
          },
          request: { method: 'POST', url: '/v1/builds' },
          response: { statusCode: 400 },
        },
        { status: 400 },
      ),
    );
    const refusal = await client
      .submitBuild({ entityRef: 'component:default/hello-site' })
      .catch(error => error);
    expect(refusal).toBeInstanceOf(ResponseError);
    expect(refusal.body.error.message).toBe(
      'The image has no name. Write one.',
    );
  });

  it('repeats the status in the address for each one that is asked for', async () => {
    const { client, asked } = clientWith(() =>
      Response.json({ items: [], totalItems: 0 }),
    );
    await client.listBuilds({ status: ['queued', 'running'], limit: 5 });
    expect(asked[0].url.pathname).toBe('/api/image-factory/v1/builds');
    expect(asked[0].url.searchParams.getAll('status')).toEqual([
      'queued',
      'running',
    ]);
  });

  it('asks of an entity by its whole reference whether it may be built', async () => {
    const { client, asked } = clientWith(() => Response.json({}));
    await client.getBuildEligibility('component:default/a+b');
    expect(asked[0].url.pathname).toBe(
      '/api/image-factory/v1/build-eligibility',
    );
    expect(asked[0].url.searchParams.get('entityRef')).toBe(
      'component:default/a+b',
    );
  });

  it('has a cluster looked at again where it is asked to', async () => {
    const { client, asked } = clientWith(() => Response.json({}));
    await client.getExecutorReadiness('eu-1');
    await client.getExecutorReadiness('eu-1', { refresh: true });
    expect(asked.map(({ url }) => url.pathname + url.search)).toEqual([
      '/api/image-factory/v1/executors/eu-1/readiness',
      '/api/image-factory/v1/executors/eu-1/readiness?refresh=true',
    ]);
  });

  it('asks for the artifacts of one attempt, or of the latest', async () => {
    const { client, asked } = clientWith(() => Response.json({ items: [] }));
    await client.listArtifacts('build-1', { attempt: 2 });
    await client.listArtifacts('build-1');
    expect(asked.map(({ url }) => url.search)).toEqual(['?attempt=2', '']);
  });

  it('asks for a range of one step and can be stopped', async () => {
    const { client, asked } = clientWith(() => Response.json({}));
    const abort = new AbortController();
    await client.readLog('build-1', {
      step: 'build-image',
      attempt: 2,
      offset: 1024,
      maxBytes: 4096,
      signal: abort.signal,
    });
    expect(Object.fromEntries(asked[0].url.searchParams)).toEqual({
      step: 'build-image',
      attempt: '2',
      offset: '1024',
      maxBytes: '4096',
    });
    expect(asked[0].init?.signal).toBe(abort.signal);
  });

  it('sends the key of a submit beside its body', async () => {
    const { client, asked } = clientWith(() => Response.json({}));
    const request = { entityRef: 'component:default/hello-site' };
    await client.submitBuild(request, { idempotencyKey: 'key-1' });
    const headers = new Headers(asked[0].init?.headers);
    expect(headers.get('Idempotency-Key')).toBe('key-1');
    expect(headers.get('Content-Type')).toBe('application/json');
    expect(JSON.parse(String(asked[0].init?.body))).toEqual(request);
  });

  it('sends no key where none is given', async () => {
    const { client, asked } = clientWith(() => Response.json({}));
    await client.submitBuild({ entityRef: 'component:default/hello-site' });
    const headers = new Headers(asked[0].init?.headers);
    expect(headers.has('Idempotency-Key')).toBe(false);
  });

  describe('following a log', () => {
    const ranges = [
      { offset: 0, nextOffset: 9, text: 'größe\n\n' },
      { offset: 9, nextOffset: 13, text: 'two\n' },
    ].map(range => ({
      step: 'build-image',
      attempt: 1,
      firstLine: 1,
      times: [],
      totalBytes: 13,
      complete: false,
      ...range,
    }));
    const events = new TextEncoder().encode(
      [
        ': open',
        ...ranges.map(
          range =>
            `event: log\nid: ${range.nextOffset}\ndata: ${JSON.stringify(
              range,
            )}`,
        ),
        ': still here',
        'event: end\ndata: {}',
        '',
      ].join('\n\n'),
    );

    function streaming(...parts: Uint8Array[]) {
      return new Response(
        new ReadableStream({
          start(controller) {
            parts.forEach(part => controller.enqueue(part));
            controller.close();
          },
        }),
      );
    }

    async function follow(
      client: ImageFactoryClient,
      options: { signal?: AbortSignal; onOpen?: () => void } = {},
    ) {
      const followed = [];
      for await (const range of client.followLog('build-1', {
        step: 'build-image',
        attempt: 1,
        offset: 0,
        ...options,
      })) {
        followed.push(range);
      }
      return followed;
    }

    it('gives the ranges in order until the end, wherever the network cuts the bytes', async () => {
      for (let cut = 1; cut < events.length; cut += 1) {
        const { client } = clientWith(() =>
          streaming(events.slice(0, cut), events.slice(cut)),
        );
        expect(await follow(client)).toEqual(ranges);
      }
    });

    it('throws where the connection ends before the log, and gives no range twice or in part', async () => {
      for (let cut = 1; cut < events.length - 1; cut += 1) {
        const { client } = clientWith(() => streaming(events.slice(0, cut)));
        const followed: unknown[] = [];
        const following = (async () => {
          for await (const range of client.followLog('build-1', {
            step: 'build-image',
            offset: 0,
          })) {
            followed.push(range);
          }
        })();
        await expect(following).rejects.toThrow(/ended before the log did/);
        expect(followed).toEqual(ranges.slice(0, followed.length));
      }
    });

    it('asks for one step from an offset on, and tells when something comes', async () => {
      const { client, asked } = clientWith(() => streaming(events));
      const onOpen = jest.fn();
      await follow(client, { onOpen });
      expect(asked[0].url.pathname).toBe(
        '/api/image-factory/v1/builds/build-1/logs/stream',
      );
      expect(Object.fromEntries(asked[0].url.searchParams)).toEqual({
        step: 'build-image',
        attempt: '1',
        offset: '0',
      });
      expect(onOpen).toHaveBeenCalledTimes(1);
    });

    it('hands on the words with which the backend refuses', async () => {
      const { client } = clientWith(() =>
        Response.json(
          {
            error: { name: 'TooManyRequestsError', message: 'Close some.' },
            response: { statusCode: 429 },
          },
          { status: 429 },
        ),
      );
      const refusal = await follow(client).catch(error => error);
      expect(refusal).toBeInstanceOf(ResponseError);
      expect(refusal.body.error.message).toBe('Close some.');
    });

    it('gives up a connection by which nothing comes, at first and later', async () => {
      jest.useFakeTimers();
      try {
        const first = clientWith((_, init) => held(init));
        const refused = follow(first.client).catch(error => error);
        await jest.advanceTimersByTimeAsync(5_000);
        expect((await refused).message).toMatch(/Nothing comes/);

        const second = clientWith((_, init) => held(init, events.slice(0, 8)));
        let isOver = false;
        const later = follow(second.client)
          .catch(error => error)
          .finally(() => {
            isOver = true;
          });
        await jest.advanceTimersByTimeAsync(44_000);
        expect(isOver).toBe(false);
        await jest.advanceTimersByTimeAsync(1_000);
        expect((await later).message).toMatch(/Nothing comes/);
      } finally {
        jest.useRealTimers();
      }
    });

    /** An answer that says no more than this, and ends when it is aborted, as that of a real network. */
    function held(init: RequestInit | undefined, bytes?: Uint8Array) {
      return new Response(
        new ReadableStream({
          start(controller) {
            if (bytes) controller.enqueue(bytes);
            init?.signal?.addEventListener('abort', () =>
              controller.error(init.signal?.reason),
            );
          },
        }),
      );
    }
  });

  it('reads an artifact as the text that it is, or tells why it cannot', async () => {
    const text = 'kind: PipelineRun\n';
    const { client, asked } = clientWith(() => new Response(text));
    expect(await client.readArtifact('build-1', 'run/1')).toBe(text);
    expect(asked[0].url.pathname).toBe(
      '/api/image-factory/v1/builds/build-1/artifacts/run%2F1/download',
    );
    const gone = clientWith(() => new Response('', { status: 404 }));
    await expect(
      gone.client.readArtifact('build-1', 'run-1'),
    ).rejects.toBeInstanceOf(ResponseError);
  });

  it('names where the log of an attempt is saved from', async () => {
    const { client, asked } = clientWith(() => Response.json({}));
    expect(await client.getLogDownloadUrl('build/1', 2)).toBe(
      'http://localhost:7007/api/image-factory/v1/builds/build%2F1/logs/download?attempt=2',
    );
    expect(asked).toEqual([]);
  });
});
