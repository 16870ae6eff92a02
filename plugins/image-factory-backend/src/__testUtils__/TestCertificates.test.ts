import { mkdtemp, rm } from 'node:fs/promises';
import { get, createServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCertificates } from './TestCertificates';

describe('createTestCertificates', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'certificates-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('makes a server that is known by its authority alone, under its own names alone', async () => {
    const { caPem, certPem, keyPem } = await createTestCertificates({
      hosts: ['localhost', '127.0.0.1'],
      directory,
    });
    const server = createServer({ cert: certPem, key: keyPem }, (_, response) =>
      response.end('hello'),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = (host: string, ca?: string) =>
      new Promise<string>(resolve => {
        get(
          { host: '127.0.0.1', servername: host, port, ca, agent: false },
          response => {
            response.resume();
            resolve(String(response.statusCode));
          },
        ).on('error', error => resolve(String('code' in error && error.code)));
      });
    try {
      expect(await ask('localhost', caPem)).toBe('200');
      expect(await ask('localhost')).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED/);
      expect(await ask('elsewhere.example', caPem)).toBe(
        'ERR_TLS_CERT_ALTNAME_INVALID',
      );
    } finally {
      server.close();
    }
  });
});
