import { once } from 'node:events';
import { describeWith } from '../__testUtils__/engines';
import { Fault, FaultyProxy, SeenRequest } from '../__testUtils__/FaultyProxy';
import { RegistryServer } from '../__testUtils__/RegistryServer';
import { PushFixture, skopeoInspect } from './__testUtils__/PushFixture';
import { RegistrySettings } from './RegistrySettings';

jest.setTimeout(60_000);

const login = { username: 'robot', password: 'hunter2' };
const ENCODED = Buffer.from('robot:hunter2').toString('base64');
const CREDENTIALS = 'robot:hunter2';

const isUpload = ({ method, path }: SeenRequest) =>
  method === 'PUT' && path.includes('/blobs/uploads/');
const isBegin = ({ method }: SeenRequest) => method === 'POST';
const isTag = ({ method, path }: SeenRequest) =>
  method === 'PUT' && path.endsWith('/manifests/1');

/** Gives the faults one by one to the requests that are meant, and no more after. */
function faults(
  isMeant: (request: SeenRequest) => boolean,
  ...list: Fault[]
): (request: SeenRequest) => Fault | undefined {
  const left = [...list];
  return request => (isMeant(request) ? left.shift() : undefined);
}

function complaint(code: string, message: string): string {
  return JSON.stringify({ errors: [{ code, message }] });
}

describeWith(
  ['docker-registry', 'skopeo'],
  'ImagePusher and a real registry behind a proxy that misbehaves',
  () => {
    let fixture: PushFixture;
    let server: RegistryServer;
    let proxy: FaultyProxy;
    let registry: RegistrySettings;
    let repositories = 0;

    beforeAll(async () => {
      fixture = await PushFixture.create();
      server = await RegistryServer.start({
        directory: fixture.directory,
        users: { [login.username]: login.password },
      });
      const { certificates, port } = server;
      proxy = await FaultyProxy.start({ port, certificates });
      registry = {
        host: proxy.host,
        login,
        ca: certificates.caPem,
        pullCredentials: false,
      };
    });

    afterEach(() => {
      proxy.fault = () => undefined;
      proxy.onStalled = () => undefined;
      proxy.requests.length = 0;
    });

    afterAll(async () => {
      await proxy.stop();
      await server.stop();
      await fixture.remove();
    });

    /** Pushes a new image to a new repository. */
    async function push(
      options: Partial<Parameters<PushFixture['push']>[0]> = {},
    ) {
      repositories += 1;
      const repository = `app-${repositories}`;
      const layout = await fixture.layout(builder =>
        builder.addImage(`machine-${repositories}`),
      );
      const pushed = await fixture.push({
        ...layout,
        registry,
        repository,
        ...options,
      });
      return { ...pushed, ...layout, repository };
    }

    async function expectPushed(pushed: Awaited<ReturnType<typeof push>>) {
      expect(pushed.error).toBeUndefined();
      expect(
        await skopeoInspect(server, `${pushed.repository}:1`, {
          login: CREDENTIALS,
        }),
      ).toMatchObject({ Digest: pushed.image.digest });
    }

    it('waits as long as a registry that is asked too much wants, and goes on', async () => {
      proxy.fault = faults(
        isBegin,
        { status: 429, headers: { 'retry-after': '7' } },
        { status: 429, headers: { 'retry-after': '86400' } },
      );
      const pushed = await push();
      await expectPushed(pushed);
      expect(pushed.delays).toEqual([7_000, 60_000]);
      expect(pushed.events[0]).toEqual({
        type: 'retry',
        delayMs: 7_000,
        problem: expect.stringMatching(
          /takes no more requests right now: it answered 429\.$/,
        ),
      });
    });

    it.each([500, 502, 503, 504])(
      'sends a blob again from its beginning after the answer %i',
      async status => {
        proxy.fault = faults(isUpload, { status }, { status });
        const pushed = await push();
        await expectPushed(pushed);
        expect(pushed.delays).toEqual([500, 1_000]);
      },
    );

    it('sends a blob again where the connection was cut in the middle', async () => {
      proxy.fault = faults(isUpload, 'reset', 'reset');
      const pushed = await push();
      await expectPushed(pushed);
      expect(pushed.delays).toHaveLength(2);
    });

    it('begins an upload anew where the registry has lost it', async () => {
      proxy.fault = faults(isUpload, {
        status: 404,
        body: complaint('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown'),
      });
      const pushed = await push();
      await expectPushed(pushed);
      expect(pushed.delays).toHaveLength(1);
    });

    it('sets a tag again where the answer to it was lost', async () => {
      proxy.fault = faults(isTag, 'reset');
      const pushed = await push();
      await expectPushed(pushed);
      expect(pushed.delays).toHaveLength(1);
    });

    it('gives up on a registry that keeps failing, as a fault that may mend itself', async () => {
      proxy.fault = request =>
        isUpload(request)
          ? {
              status: 500,
              body: complaint('UNKNOWN', 'no space left on device'),
            }
          : undefined;
      const { error, delays } = await push();
      expect(error).toMatchObject({
        failureClass: 'infrastructure',
        message: expect.stringMatching(
          /failed to take the blob sha256:[0-9a-f]{64}: it answered 500 UNKNOWN, "no space left on device"\.$/,
        ),
        hint: expect.stringContaining('free disk space'),
      });
      expect(delays).toHaveLength(2);
    });

    it('gives up on a registry that keeps asking for patience', async () => {
      proxy.fault = () => ({ status: 429 });
      const { error } = await push();
      expect(error).toMatchObject({
        failureClass: 'infrastructure',
        hint: expect.stringContaining('tried again by itself'),
      });
    });

    it.each<[string, (request: SeenRequest) => boolean, Fault, object]>([
      [
        '403',
        isBegin,
        { status: 403, body: complaint('DENIED', 'no write access') },
        {
          message: expect.stringMatching(
            /does not allow pushing to app-\d+: it answered 403 DENIED, "no write access"\.$/,
          ),
          hint: expect.stringContaining(
            'let the login of the portal push there',
          ),
        },
      ],
      [
        '404',
        isBegin,
        { status: 404, body: complaint('NAME_UNKNOWN', 'unknown project') },
        {
          message: expect.stringMatching(
            /knows no repository app-\d+: it answered 404 NAME_UNKNOWN, "unknown project"\.$/,
          ),
          hint: expect.stringContaining('created before the first push'),
        },
      ],
      [
        '413',
        isUpload,
        { status: 413, body: '<html>too large</html>' },
        {
          message: expect.stringMatching(
            /finds the blob sha256:\S+ too large: it answered 413\.$/,
          ),
          hint: expect.stringContaining('smaller layers'),
        },
      ],
      [
        '400',
        isTag,
        { status: 400, body: complaint('MANIFEST_INVALID', 'no OCI here') },
        {
          message: expect.stringMatching(
            /did not take the manifest 1: it answered 400 MANIFEST_INVALID, "no OCI here"\.$/,
          ),
        },
      ],
      [
        '404 for a blob that went meanwhile',
        isTag,
        { status: 404, body: complaint('MANIFEST_BLOB_UNKNOWN', 'no blob') },
        {
          message: expect.stringMatching(
            /did not take the manifest 1: it answered 404 MANIFEST_BLOB_UNKNOWN, "no blob"\.$/,
          ),
        },
      ],
      [
        '302',
        isBegin,
        { status: 302, headers: { location: 'https://elsewhere.example/' } },
        {
          message: expect.stringContaining('sent the request for the blob'),
          hint: expect.stringContaining('redirects are not followed'),
        },
      ],
    ])(
      'does not repeat what is refused with %s, and says what to do',
      async (_, isMeant, fault, expected) => {
        proxy.fault = request => (isMeant(request) ? fault : undefined);
        const { error, delays } = await push();
        expect(error).toMatchObject({ failureClass: 'user', ...expected });
        expect(delays).toEqual([]);
        expect(proxy.requests.filter(isMeant)).toHaveLength(
          // Once to hear that a login is asked for, which is no refusal.
          proxy.requests.filter(isMeant).some(each => !each.authorization)
            ? 2
            : 1,
        );
      },
    );

    it('lets a registry say what it likes, and believes neither its length nor its control characters', async () => {
      const say = async (body: string) => {
        proxy.fault = request =>
          isBegin(request) ? { status: 403, body } : undefined;
        const { error } = await push();
        return error?.message ?? '';
      };
      expect(
        await say(complaint('DE\u0000NIED', 'a\u001b[31mb\r\nc\u0007')),
      ).toMatch(/403 DE NIED, "ab c"\.$/);
      const long = await say(complaint('DENIED', 'x'.repeat(5_000)));
      expect(long.length).toBeLessThan(500);
      expect(long).toContain('…"');
      for (const body of [
        complaint('DENIED', 'x'.repeat(1_000_000)),
        '{"errors":{"code":1}}',
        '{"errors":[null]}',
        '[[[',
        'null',
        '',
      ]) {
        expect(await say(body)).toMatch(/it answered 403\.$/);
      }
    });

    it('does not say again what a registry says back of the login', async () => {
      proxy.fault = request =>
        isBegin(request)
          ? {
              status: 403,
              body: complaint(
                'DENIED',
                `${'.'.repeat(290)} ${request.authorization} is hunter2`,
              ),
            }
          : undefined;
      const { error, events } = await push();
      expect(error?.message).toContain('...');
      const told = JSON.stringify([error?.message, error?.hint, events]);
      expect(told).not.toContain('hunter2');
      // Not even as much as is left where a long message is cut.
      expect(told).not.toContain(ENCODED.slice(0, 8));
    });

    it.each([
      ['another host', 'https://127.0.0.2:1/upload'],
      ['http', 'http://127.0.0.1/upload'],
      ['nothing at all', 'https://'],
    ])('sends nothing to %s, wherever the registry sends it', async (_, to) => {
      proxy.fault = faults(isBegin, {
        status: 202,
        headers: { location: to },
      });
      // The first answer asks for the login.
      const first = proxy.fault;
      proxy.fault = request =>
        request.authorization ? first(request) : undefined;
      const { error } = await push();
      expect(error).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining('instead of itself'),
        hint: expect.stringContaining('X-Forwarded-Proto'),
      });
    });

    const isLarge = ({ bytes }: SeenRequest) => bytes > 1024 * 1024;

    /** An image with a layer that no buffer on the way takes whole. */
    const largeLayout = () =>
      fixture.layout(async builder => {
        const content = Buffer.alloc(32 * 1024 * 1024, 'x');
        const layer = await builder.addBlob(content, 'application/x-layer');
        const config = await builder.addBlob('{}', 'application/x-config');
        return builder.addBlob(
          JSON.stringify({ schemaVersion: 2, config, layers: [layer] }),
          'application/vnd.oci.image.manifest.v1+json',
        );
      });

    it('hears that a layer is too large while it still sends it', async () => {
      proxy.fault = request => (isLarge(request) ? { status: 413 } : undefined);
      const { error, delays } = await push(await largeLayout());
      expect(error?.message).toMatch(/too large: it answered 413\.$/);
      expect(delays).toEqual([]);
    });

    it('gives up on a registry that takes nothing of what it is sent', async () => {
      proxy.fault = request => (isLarge(request) ? 'stall' : undefined);
      const { image, layout } = await largeLayout();
      const { error } = await push({
        image,
        layout,
        pusher: { limits: { connectMs: 5_000, silentMs: 300 } },
      });
      expect(error).toMatchObject({
        failureClass: 'infrastructure',
        message: `${proxy.host} took nothing of what it was sent for 0.3 s.`,
        retryable: true,
      });
    });

    it('gives up on a registry that does not answer', async () => {
      proxy.fault = () => 'stall';
      const { error } = await push({
        pusher: { limits: { connectMs: 5_000, silentMs: 300 } },
      });
      expect(error).toMatchObject({
        failureClass: 'infrastructure',
        message: expect.stringContaining('it fell silent'),
      });
    });

    it('stops in the middle of an upload, and leaves no tag behind', async () => {
      const controller = new AbortController();
      proxy.fault = request => (isUpload(request) ? 'stall' : undefined);
      proxy.onStalled = () => controller.abort();
      const { error, repository, events } = await push({
        signal: controller.signal,
      });
      expect(error).toMatchObject({ name: 'AbortError' });
      expect(events).toEqual([]);
      await expect(
        skopeoInspect(server, `${repository}:1`, { login: CREDENTIALS }),
      ).rejects.toThrow(/manifest unknown|name unknown/i);
    });

    it('sets no tag once it is to stop, though all else is there', async () => {
      const controller = new AbortController();
      proxy.fault = ({ method, path }) => {
        if (method === 'HEAD' && path.endsWith('/manifests/1')) {
          controller.abort();
        }
        return undefined;
      };
      const { error } = await push({ signal: controller.signal });
      expect(error).toMatchObject({ name: 'AbortError' });
      expect(proxy.requests.filter(isTag)).toEqual([]);
    });

    it('stops while it waits to try again', async () => {
      const controller = new AbortController();
      proxy.fault = () => ({ status: 503 });
      const { error } = await push({
        signal: controller.signal,
        pusher: {
          delay: async (_, signal) => {
            const aborted = once(signal, 'abort');
            controller.abort();
            await aborted;
            signal.throwIfAborted();
          },
        },
      });
      expect(error).toMatchObject({ name: 'AbortError' });
    });

    it('finds out that a tag is not what was pushed', async () => {
      const other = `sha256:${'0'.repeat(64)}`;
      let isSet = false;
      proxy.fault = request => {
        isSet ||= isTag(request);
        return isSet &&
          request.method === 'HEAD' &&
          request.path.endsWith('/manifests/1')
          ? { status: 200, headers: { 'docker-content-digest': other } }
          : undefined;
      };
      const { error, image } = await push();
      expect(error).toMatchObject({
        message: `${proxy.host} has ${other} under 1, where ${image.digest} was pushed.`,
      });
    });

    it('reads the manifest back from a registry that does not tell its digest', async () => {
      proxy.fault = ({ method, path }) =>
        method === 'HEAD' && path.includes('/manifests/')
          ? { status: 200 }
          : undefined;
      const { error, image } = await push({ tags: [] });
      expect(error).toBeUndefined();
      expect(
        proxy.requests.filter(
          ({ method, path }) =>
            method === 'GET' && path.endsWith(`/manifests/${image.digest}`),
        ),
      ).toHaveLength(1);
    });
  },
);
