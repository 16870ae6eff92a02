import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { JsonObject } from '@backstage/types';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitHostConfig, GitHosts } from './GitHosts';

describe('GitHosts', () => {
  let secrets: string[];

  beforeEach(() => {
    secrets = [];
  });

  function create(hosts: GitHostConfig[], integrations: JsonObject = {}) {
    return GitHosts.create({
      hosts,
      integrations: ScmIntegrations.fromConfig(
        new ConfigReader({ integrations }),
      ),
      onSecret: value => {
        secrets.push(value);
        return () => secrets.splice(secrets.indexOf(value), 1);
      },
      steady: () => 0,
    });
  }

  it('knows the hosts that are configured, by their ports too, and those of integrations', async () => {
    const hosts = await create([{ host: 'Git.example.com:8443' }], {
      gitea: [{ host: 'gitea.example.com' }],
      gitlab: [
        {
          host: 'gitlab.example.com',
          apiBaseUrl: 'https://gitlab.example.com/api/v4',
        },
      ],
    });
    expect(hosts.find('git.example.com:8443')).toMatchObject({
      needsSuffix: false,
    });
    expect(hosts.find('gitea.example.com')).toBeDefined();
    expect(hosts.find('gitlab.example.com')).toMatchObject({
      needsSuffix: true,
    });
    for (const host of [
      'git.example.com',
      'gitea.example.com:8443',
      '169.254.169.254',
      'localhost',
    ]) {
      expect(hosts.find(host)).toBeUndefined();
    }
  });

  it('does not take a bucket for a git host', async () => {
    const hosts = await create([], {
      awsS3: [
        {
          endpoint: 'https://s3.example.com',
          accessKeyId: 'a',
          secretAccessKey: 'b',
        },
      ],
    });
    expect(hosts.find('s3.example.com')).toBeUndefined();
  });

  it.each([
    ['github', { token: 't' }, 'x-access-token', 't'],
    [
      'gitlab',
      { token: 't', apiBaseUrl: 'https://h.example/api/v4' },
      'oauth2',
      't',
    ],
    ['gitea', { username: 'u', password: 'p' }, 'u', 'p'],
    ['bitbucketServer', { username: 'u', password: 'p' }, 'u', 'p'],
    ['bitbucketServer', { token: 't' }, 'x-token-auth', 't'],
  ])(
    'makes a login of what the %s integration has (%j)',
    async (type, config, username, password) => {
      const hosts = await create([], {
        [type]: [
          {
            host: 'h.example',
            apiBaseUrl: 'https://h.example/api',
            ...config,
          },
        ],
      });
      expect(await hosts.login('https://h.example/team/app')).toEqual({
        username,
        password,
      });
      expect(secrets).toContain(password);
    },
  );

  it('makes a login of the tokens of hosts that are one in the world', async () => {
    const hosts = await create([], {
      azure: [
        {
          host: 'dev.azure.com',
          credentials: [{ personalAccessToken: 'azure-token' }],
        },
      ],
      bitbucketCloud: [{ username: 'u', appPassword: 'cloud-password' }],
    });
    expect(await hosts.login('https://dev.azure.com/o/p/_git/r')).toEqual({
      username: 'pat',
      password: 'azure-token',
    });
    expect(await hosts.login('https://bitbucket.org/w/r')).toEqual({
      username: 'u',
      password: 'cloud-password',
    });
  });

  it('has no login for a host whose integration has none, nor for another port', async () => {
    const hosts = await create(
      [{ host: 'git.example.com', username: 'u', password: 'p' }],
      { gitea: [{ host: 'gitea.example.com' }] },
    );
    expect(await hosts.login('https://gitea.example.com/a/b')).toBeUndefined();
    expect(
      await hosts.login('https://git.example.com:8443/a/b'),
    ).toBeUndefined();
  });

  it('prefers its own login to the integration’s', async () => {
    const hosts = await create(
      [{ host: 'gitea.example.com', username: 'own', password: 'own-p' }],
      { gitea: [{ host: 'gitea.example.com', username: 'u', password: 'p' }] },
    );
    expect(await hosts.login('https://gitea.example.com/a/b')).toEqual({
      username: 'own',
      password: 'own-p',
    });
  });

  it('lets a login of an integration that is the configured password of another host stay known', async () => {
    const hosts = await create([{ host: 'h', username: 'u', password: 'p' }], {
      gitea: [{ host: 'gitea.example.com', password: 'p' }],
    });
    await hosts.login('https://gitea.example.com/a/b');
    await hosts.login('https://gitea.example.com/a/b');
    expect(secrets).toEqual(['p', 'p']);
  });

  it.each([
    [
      'is of a kind that is not supported',
      'harness.example.com',
      /type harness are not supported/,
      /^Ask a portal admin to name it under imageFactory\.sources\.git\.hosts/,
    ],
    [
      'has no integration',
      'other.example.com',
      /not among the hosts/,
      /under integrations or imageFactory\.sources\.git\.hosts/,
    ],
  ])('says what to do about a host that %s', async (_, host, why, hint) => {
    const hosts = await create([], {
      harness: [{ host: 'harness.example.com' }],
    });
    expect(hosts.find(host)).toBeUndefined();
    expect(hosts.explainUnknown(host)).toMatchObject({
      message: expect.stringMatching(why),
      hint: expect.stringMatching(hint),
    });
  });

  it('tells of a configured password before it is ever used', async () => {
    await create([{ host: 'h', username: 'u', password: 'configured' }]);
    expect(secrets).toEqual(['configured']);
  });

  it.each<[string, GitHostConfig, RegExp]>([
    ['a URL', { host: 'https://h' }, /is not a host/],
    ['a path', { host: 'h/team' }, /is not a host/],
    ['a login', { host: 'u@h' }, /is not a host/],
    ['a password alone', { host: 'h', password: 'p' }, /a password alone/],
    ['a username alone', { host: 'h', username: 'u' }, /a username alone/],
    ['no certificate', { host: 'h', caFile: '/dev/null' }, /caFile is no file/],
    ['no file', { host: 'h', caFile: '/nope.pem' }, /caFile is no file/],
  ])('does not start with %s', async (_, host, message) => {
    await expect(create([host])).rejects.toThrow(message);
  });

  it('does not start with one host twice', async () => {
    await expect(create([{ host: 'h' }, { host: 'H:443' }])).rejects.toThrow(
      "names 'h' twice",
    );
  });

  it('starts with a file that holds certificates', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hosts-'));
    const caFile = join(directory, 'ca.pem');
    try {
      await writeFile(caFile, '-----BEGIN CERTIFICATE-----\n');
      expect((await create([{ host: 'h', caFile }])).find('h')).toMatchObject({
        caFile,
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
