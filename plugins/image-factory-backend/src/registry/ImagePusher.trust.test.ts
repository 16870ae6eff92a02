import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { describeWith } from '../__testUtils__/engines';
import { freePort } from '../__testUtils__/freePort';
import { RegistryServer } from '../__testUtils__/RegistryServer';
import { createTestCertificates } from '../__testUtils__/TestCertificates';
import { PushFixture } from './__testUtils__/PushFixture';
import { RegistrySettings } from './RegistrySettings';

jest.setTimeout(60_000);

let fixture: PushFixture;

beforeAll(async () => {
  fixture = await PushFixture.create();
});

afterAll(async () => {
  await fixture.remove();
});

async function push(
  registry: Omit<RegistrySettings, 'pullCredentials'>,
  environment: NodeJS.ProcessEnv = {},
) {
  return fixture.push({
    ...(await fixture.layout()),
    registry: { ...registry, pullCredentials: false },
    repository: 'app',
    pusher: { environment },
  });
}

describeWith('docker-registry', 'whom ImagePusher trusts', () => {
  let server: RegistryServer;

  async function start(
    name: string,
    certificate: { hosts: string[]; validUntil?: Date },
  ): Promise<RegistryServer> {
    const directory = join(fixture.directory, name);
    await mkdir(directory);
    return RegistryServer.start({
      directory,
      certificates: await createTestCertificates({ ...certificate, directory }),
    });
  }

  beforeAll(async () => {
    server = await start('trusted', { hosts: ['127.0.0.1'] });
  });

  afterAll(async () => {
    await server.stop();
  });

  it('sends nothing where it does not know the authority, and names the caFile', async () => {
    const { error, delays } = await push({ host: server.host });
    expect(error).toMatchObject({
      failureClass: 'infrastructure',
      message: expect.stringMatching(
        /was not trusted: the authority of its certificate is not known/,
      ),
      hint: expect.stringContaining('caFile'),
      retryable: false,
    });
    expect(delays).toEqual([]);
  });

  it('is not talked out of it by the environment', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const { error } = await push({ host: server.host });
      expect(error?.message).toContain('was not trusted');
    } finally {
      if (before === undefined) {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      } else {
        process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
      }
    }
  });

  it('says of a certificate for another name that it is', async () => {
    const other = await start('other-name', { hosts: ['registry.example'] });
    try {
      const { error } = await push({
        host: other.host,
        ca: other.certificates.caPem,
      });
      expect(error).toMatchObject({
        message: expect.stringContaining('its certificate is for other names'),
        hint: expect.stringContaining('Use the name'),
      });
    } finally {
      await other.stop();
    }
  });

  it('says of an expired certificate that it is', async () => {
    const expired = await start('expired', {
      hosts: ['127.0.0.1'],
      validUntil: new Date(Date.now() - 60_000),
    });
    try {
      const { error } = await push({
        host: expired.host,
        ca: expired.certificates.caPem,
      });
      expect(error).toMatchObject({
        message: expect.stringContaining('its certificate has expired'),
        hint: expect.stringContaining('Renew the certificate'),
      });
    } finally {
      await expired.stop();
    }
  });

  it('trusts the authorities of the machine beside the one of the caFile', async () => {
    const { error } = await push({
      host: server.host,
      ca: server.certificates.caPem,
    });
    expect(error).toBeUndefined();
  });

  it('goes through the proxy of the environment, except where that says not to', async () => {
    const tunnels: string[] = [];
    const proxy = createServer().listen(0, '127.0.0.1');
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const upstream = connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const registry = { host: server.host, ca: server.certificates.caPem };
    try {
      const through = await push(registry, { HTTPS_PROXY: url });
      expect(through.error).toBeUndefined();
      expect(tunnels).toContain(server.host);

      tunnels.length = 0;
      const past = await push(registry, {
        HTTPS_PROXY: url,
        NO_PROXY: '127.0.0.1',
      });
      expect(past.error).toBeUndefined();
      expect(tunnels).toEqual([]);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

describe('ImagePusher and hosts that are no registry', () => {
  it('says of a server without https that it has none', async () => {
    const plain = createServer((_, response) => response.end('hello'));
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    try {
      const { error } = await push({ host: `127.0.0.1:${port}` });
      expect(error).toMatchObject({
        message: expect.stringContaining('it does not speak https'),
        hint: expect.stringContaining('pushed over https only'),
      });
    } finally {
      plain.closeAllConnections();
      plain.close();
    }
  });

  it('says where nothing listens, after it has tried again', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    const { error, delays } = await push({ host });
    expect(error).toMatchObject({
      failureClass: 'infrastructure',
      message: `${host} could not be reached: nothing listens there (ECONNREFUSED).`,
      hint: expect.stringContaining('tried again by itself'),
    });
    expect(delays).toHaveLength(2);
  });

  it('says of a name that nobody knows that it could not be reached', async () => {
    const { error } = await push({ host: 'registry.invalid' });
    // Without any name service the machine says "not now" instead of "never".
    expect(error).toMatchObject({
      failureClass: 'infrastructure',
      message: expect.stringMatching(
        /^registry\.invalid could not be reached: .*(ENOTFOUND|EAI_AGAIN)/,
      ),
    });
  });
});
