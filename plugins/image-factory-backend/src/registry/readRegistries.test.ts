import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { createTestCertificates } from '../__testUtils__/TestCertificates';
import { readRegistries } from './readRegistries';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registries-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

function read(...registries: JsonObject[]) {
  return readRegistries(
    new ConfigReader({ registries }).getConfigArray('registries'),
  );
}

describe('readRegistries', () => {
  it('reads a registry with its login and its authority', async () => {
    const { caFile, caPem } = await createTestCertificates({
      hosts: ['registry.example.com'],
      directory,
    });
    const [registry] = read({
      host: 'Registry.example.com:5000',
      tenantPrefix: 'images/{namespace}/{tenant}/',
      username: 'robot',
      password: 'hunter2',
      caFile,
      pullCredentials: true,
    });
    expect(registry).toEqual({
      host: 'registry.example.com:5000',
      tenantPrefix: 'images/{namespace}/{tenant}/',
      login: { username: 'robot', password: 'hunter2' },
      ca: expect.stringContaining(caPem.trim()),
      pullCredentials: true,
    });
  });

  it('refuses a caFile in words where Node.js is too old to have it', () => {
    const { getCACertificates } = tls;
    Object.assign(tls, { getCACertificates: undefined });
    try {
      expect(() =>
        read({ host: 'r.example', caFile: '/nowhere/ca.pem' }),
      ).toThrow(/caFile of "r\.example" needs Node\.js 22\.15 or later/);
      expect(read({ host: 'r.example' })).toHaveLength(1);
    } finally {
      Object.assign(tls, { getCACertificates });
    }
  });

  it('asks for nothing but the host', () => {
    expect(read({ host: 'docker.io' })).toEqual([
      { host: 'docker.io', pullCredentials: false },
    ]);
  });

  it.each<[string, JsonObject[], RegExp]>([
    [
      'the same host twice',
      [{ host: 'r.example' }, { host: 'R.example' }],
      /names "r\.example" twice\. Keep one/,
    ],
    [
      'a scheme',
      [{ host: 'https://r.example' }],
      /"https:\/\/r\.example" is not the host of a registry\. Write it without a scheme/,
    ],
    ['a path', [{ host: 'r.example/team' }], /without a path/],
    ['a login in the host', [{ host: 'me:pw@r.example' }], /is not the host/],
    [
      'a host that could be a part of a repository',
      [{ host: 'registry' }],
      /"registry:443"/,
    ],
    [
      'a username without a password',
      [{ host: 'r.example', username: 'robot' }],
      /"r\.example" has a username and no password\. Set both/,
    ],
    [
      'a password without a username',
      [{ host: 'r.example', password: 'hunter2' }],
      /has a password and no username/,
    ],
    [
      'a username with a colon',
      [{ host: 'r.example', username: 'a:b', password: 'hunter2' }],
      /has a colon in it/,
    ],
    [
      'pullCredentials without a login',
      [{ host: 'r.example', pullCredentials: true }],
      /has pullCredentials and no username/,
    ],
    [
      'a prefix that does not end a part',
      [{ host: 'r.example', tenantPrefix: '{tenant}' }],
      /parts that end with "\/"/,
    ],
    [
      'a prefix with another placeholder',
      [{ host: 'r.example', tenantPrefix: '{owner}/' }],
      /\{tenant\} and \{namespace\} as the only placeholders/,
    ],
    [
      'a caFile that is not there',
      [{ host: 'r.example', caFile: '/nowhere/ca.pem' }],
      /caFile of "r\.example" cannot be read: ENOENT.*Correct the path/,
    ],
  ])('refuses %s', (_, registries, sentence) => {
    expect(() => read(...registries)).toThrow(sentence);
    expect(() => read(...registries)).not.toThrow(/hunter2/);
  });

  it.each([
    ['no certificate', 'hello\n'],
    [
      'something that only looks like one',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    ],
  ])('refuses a caFile with %s in it', async (_, content) => {
    const caFile = join(directory, 'other.pem');
    await writeFile(caFile, content);
    expect(() => read({ host: 'r.example', caFile })).toThrow(
      /holds no certificates in PEM form/,
    );
  });
});
