import { GitSourceConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  TestGitOptions,
  createGitSources,
  runProgram,
} from '../../__testUtils__/createSources';
import { GitRepository } from '../../__testUtils__/GitRepository';
import { GitServer } from '../../__testUtils__/GitServer';
import { SourceError } from '../SourceError';
import { GitSourceRequest } from './GitSources';

// Every question is a process of its own, and the machine may be busy.
jest.setTimeout(60_000);

const LOGIN = { username: 'portal', password: "p@ss: wörd/'%" };

describe('GitSources', () => {
  let directory: string;
  let server: GitServer;
  let repository: GitRepository;
  let log: string[];
  let secrets: string[];

  beforeAll(async () => {
    server = await GitServer.start({ login: LOGIN });
    repository = await server.createRepository('team/app', {
      Dockerfile: 'FROM scratch\n',
      'catalog-info.yaml': 'kind: Component\n',
      'web/site/index.html': '<p>hello</p>\n',
    });
  });

  afterAll(async () => {
    await server.stop();
  });

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'git-sources-')));
    log = [];
    secrets = [];
    server.requests.length = 0;
  });

  afterEach(async () => {
    server.failWith(undefined);
    server.redirectTo(undefined);
    await rm(directory, { recursive: true, force: true });
  });

  /** What knows the server, and how to log in there. */
  function open(options: Partial<TestGitOptions> = {}) {
    return createGitSources({
      directory,
      hosts: [{ host: server.host, caFile: server.caFile, ...LOGIN }],
      onSecret: value => secrets.push(value),
      ...options,
    });
  }

  function ask(
    url: string,
    request: Partial<GitSourceRequest> = {},
  ): GitSourceRequest {
    const location = {
      type: 'url',
      target: `${url}/blob/main/catalog-info.yaml`,
    };
    return {
      target: url,
      readFrom: { location, origin: location },
      fresh: true,
      ...request,
    };
  }

  async function resolve(
    request: GitSourceRequest,
    options: Partial<TestGitOptions> = {},
  ) {
    return (await open(options)).resolve(request);
  }

  async function sourceOf(
    url: string,
    request: Partial<GitSourceRequest> = {},
  ): Promise<GitSourceConfig> {
    const resolved = await resolve(ask(url, request));
    if (!resolved.ok || resolved.source.type !== 'git') {
      throw new Error(JSON.stringify(resolved));
    }
    return resolved.source;
  }

  async function copy(
    source: GitSourceConfig,
    options: Partial<TestGitOptions> & {
      signal?: AbortSignal;
      maxBytes?: number;
      maxFiles?: number;
    } = {},
  ) {
    const sources = await open(options);
    const scratch = join(directory, 'scratch');
    await mkdir(scratch, { recursive: true });
    return sources.copyTo(source, join(directory, 'copy'), {
      signal: options.signal ?? new AbortController().signal,
      maxBytes: options.maxBytes ?? 10_000_000,
      maxFiles: options.maxFiles ?? 1_000,
      scratch,
      log: async line => {
        log.push(line);
      },
      run: runProgram,
    });
  }

  async function failureOf(copying: Promise<unknown>): Promise<SourceError> {
    const error = await copying.then(
      () => undefined,
      reason => reason,
    );
    expect(error).toBeInstanceOf(SourceError);
    return error;
  }

  /** The names of all that is left in the folders of the portal. */
  async function leftovers(): Promise<string[]> {
    const left = await readdir(directory, { recursive: true });
    return left.filter(
      path => !/^(asking|scratch|copy(\/.*)?|git|argv)$/.test(path),
    );
  }

  describe('resolve', () => {
    it('finds the commit of the default branch, and tells the branch by its name', async () => {
      expect(await resolve(ask(repository.url))).toEqual({
        ok: true,
        source: {
          type: 'git',
          repository: repository.url,
          ref: 'main',
          commit: await repository.hash('main'),
          path: '',
          credentials: 'host',
        },
        location: `${server.host}/team/app`,
      });
      expect(await leftovers()).toEqual([]);
    });

    it('finds a branch, a tag with and without a message, and a commit', async () => {
      const branch = await repository.commit({ a: '1' }, { branch: 'dev/one' });
      await repository.git('tag', 'light', branch);
      await repository.git('tag', '--annotate', '--message=x', 'heavy', branch);
      const sources = await open();
      for (const ref of [
        'dev/one',
        'light',
        'heavy',
        'refs/tags/heavy',
        branch,
      ]) {
        expect(
          await sources.resolve(ask(repository.url, { ref })),
        ).toMatchObject({ ok: true, source: { ref, commit: branch } });
      }
    });

    it('takes ref and folder of the location, unless another ref is asked for', async () => {
      await repository.git('tag', '--force', 'old', 'main');
      const target = `${repository.url}/tree/old/web/site/`;
      expect(await resolve(ask(repository.url, { target }))).toMatchObject({
        source: { ref: 'old', path: 'web/site' },
        location: `${server.host}/team/app (web/site)`,
      });
      expect(
        await resolve(ask(repository.url, { target, ref: 'main' })),
      ).toMatchObject({ source: { ref: 'main', path: 'web/site' } });
    });

    it('asks the host once for those who type, and again for one that submits', async () => {
      let time = 0;
      const sources = await open({ steady: () => time });
      const asked = async (request: Partial<GitSourceRequest>) => {
        server.requests.length = 0;
        const both = await Promise.all(
          [1, 2].map(() => sources.resolve(ask(repository.url, request))),
        );
        expect(both[0]).toEqual(both[1]);
        return server.requests.some(each => each.url.includes('info/refs'));
      };
      expect(await asked({ fresh: false })).toBe(true);
      expect(await asked({ fresh: false })).toBe(false);
      expect(await asked({ fresh: true })).toBe(true);
      expect(await asked({ fresh: false, ref: 'refs/heads/main' })).toBe(true);
      time = 10_001;
      expect(await asked({ fresh: false })).toBe(true);
      expect(await asked({ fresh: false, ref: 'nope' })).toBe(true);
      expect(await asked({ fresh: false, ref: 'nope' })).toBe(false);
      time += 2_001;
      expect(await asked({ fresh: false, ref: 'nope' })).toBe(true);
    });

    it('gives the portal’s login to none but what was read from the same repository, or from the portal’s own files', async () => {
      const open_ = await server.createRepository(
        'team/open',
        { a: '1' },
        { public: true },
      );
      const url = (target: string) => ({ type: 'url', target });
      const file = { type: 'file', target: '/portal/catalog-info.yaml' };
      const blob = '/blob/main/catalog-info.yaml';
      const cases: [GitSourceRequest['readFrom'], 'host' | 'none'][] = [
        [{ location: url(`${open_.url}.git`) }, 'host'],
        [{ location: url(open_.url + blob), origin: file }, 'host'],
        [{ location: file, origin: file }, 'host'],
        [{ location: file, origin: url(open_.url + blob) }, 'none'],
        [{ location: url(repository.url + blob), origin: file }, 'none'],
        [
          {
            location: url(repository.url + blob),
            origin: url(open_.url + blob),
          },
          'none',
        ],
        [{ location: url(`https://localhost/team/open${blob}`) }, 'none'],
        [{}, 'none'],
      ];
      const sources = await open();
      for (const [readFrom, credentials] of cases) {
        server.requests.length = 0;
        expect(
          await sources.resolve(ask(open_.url, { readFrom })),
        ).toMatchObject({ ok: true, source: { credentials } });
      }
      const { source } = (await sources.resolve(
        ask(open_.url, { readFrom: {} }),
      )) as { source: GitSourceConfig };
      server.requests.length = 0;
      await copy(source);
      expect(server.requests.map(each => each.username)).not.toContain(
        LOGIN.username,
      );
    });

    it('has every password made known before it is used', async () => {
      await resolve(ask(repository.url));
      expect(secrets).toEqual([LOGIN.password]);
    });

    it.each<[string, Partial<GitSourceRequest>, '/ref' | '/source', RegExp]>([
      [
        'a ref that is none',
        { ref: 'nope' },
        '/ref',
        /neither a branch nor a tag "nope"/,
      ],
      [
        'an option as ref',
        { ref: '--upload-pack=touch x' },
        '/ref',
        /begins with a dash/,
      ],
      [
        'an option of git as ref',
        { ref: '-cprotocol.ext.allow=always' },
        '/ref',
        /begins with a dash/,
      ],
      [
        'a ref of others',
        { ref: 'refs/pull/1/head' },
        '/ref',
        /neither under refs\/heads/,
      ],
      ['a pattern as ref', { ref: 'ma*' }, '/ref', /"\*" in it/],
      [
        'a program as URL',
        { target: 'ext::sh -c touch% x' },
        '/source',
        /spaces or control/,
      ],
      [
        'a file as URL',
        { target: 'file:///etc' },
        '/source',
        /not an https URL/,
      ],
      [
        'an option as URL',
        { target: '--upload-pack=x' },
        '/source',
        /not an https URL/,
      ],
      [
        'an unknown host',
        { target: 'https://localhost:1/team/app' },
        '/source',
        /Sources may not come from localhost:1.*imageFactory\.sources\.git\.hosts/,
      ],
      [
        'the metadata service',
        { target: 'https://169.254.169.254/latest/x' },
        '/source',
        /may not come from 169\.254\.169\.254/,
      ],
    ])('refuses %s', async (_, request, path, problem) => {
      expect(await resolve(ask(repository.url, request))).toEqual({
        ok: false,
        path,
        problem: expect.stringMatching(problem),
      });
    });

    it('tells of a repository that is not there, and of one without a commit', async () => {
      expect(await resolve(ask(`${server.url}/team/nope`))).toMatchObject({
        ok: false,
        path: '/source',
        problem: expect.stringMatching(
          /There is no repository at localhost:\d+\/team\/nope, or the portal's login may not see it.*source-location/,
        ),
      });
      const empty = await server.createRepository('team/empty', {});
      await empty.git('update-ref', '-d', 'refs/heads/main');
      expect(await resolve(ask(empty.url))).toMatchObject({
        problem: expect.stringContaining('has no commit on a default branch'),
      });
    });

    it.each<
      [string, Partial<TestGitOptions>, Partial<GitSourceRequest>, RegExp]
    >([
      ['is wrong', {}, {}, /refuses the portal's login.*check the login/],
      [
        'is not configured',
        { hosts: [] },
        {},
        /the portal has none for it.*configure a login/,
      ],
      [
        'is not for this entity',
        {},
        { readFrom: {} },
        /which this one was not.*Register the catalog-info\.yaml of this repository/,
      ],
    ])(
      'says why a login is refused that %s',
      async (why, options, request, problem) => {
        const { host, caFile } = server;
        const login =
          why === 'is wrong' ? { ...LOGIN, password: 'wrong' } : LOGIN;
        const hosts = options.hosts
          ? [{ host, caFile }]
          : [{ host, caFile, ...login }];
        expect(await resolve(ask(repository.url, request), { hosts })).toEqual({
          ok: false,
          path: '/source',
          problem: expect.stringMatching(problem),
        });
        expect(await leftovers()).toEqual([]);
      },
    );

    it('says that the certificate is of nobody that it knows', async () => {
      const hosts = [{ host: server.host, ...LOGIN }];
      expect(await resolve(ask(repository.url), { hosts })).toMatchObject({
        problem: expect.stringMatching(
          /not signed by an authority that the portal knows.*caFile/,
        ),
      });
      expect(server.requests).toEqual([]);
    });

    it('says that the certificate is another host’s', async () => {
      const other = await GitServer.start({
        certificateHosts: ['git.example.com'],
      });
      try {
        const { url } = await other.createRepository('app', {});
        const hosts = [{ host: other.host, caFile: other.caFile, ...LOGIN }];
        expect(await resolve(ask(url), { hosts })).toMatchObject({
          problem: expect.stringContaining('is for another host'),
        });
        expect(other.requests).toEqual([]);
      } finally {
        await other.stop();
      }
    });

    it('does not follow to another server, and gives it no login', async () => {
      const other = await GitServer.start();
      try {
        await other.createRepository('team/app', {});
        server.redirectTo(other.url);
        expect(await resolve(ask(repository.url))).toMatchObject({
          problem: expect.stringMatching(/elsewhere, which is not followed/),
        });
        expect(other.requests).toEqual([]);
      } finally {
        await other.stop();
      }
    });

    it.each([429, 500, 503])(
      'tells that the host answered %s',
      async status => {
        server.failWith(status);
        expect(await resolve(ask(repository.url))).toMatchObject({
          problem: expect.stringContaining(`has answered ${status} instead`),
        });
      },
    );

    it('gives up a host that does not answer', async () => {
      const { held, release } = server.stall();
      try {
        const resolving = resolve(ask(repository.url), {
          askingMilliseconds: 1_000,
        });
        await held;
        expect(await resolving).toMatchObject({
          problem: expect.stringContaining('has not told the commit'),
        });
        expect(await leftovers()).toEqual([]);
      } finally {
        release();
      }
    });

    it('ends a question when the portal stops, and the login goes with it', async () => {
      const { held, release } = server.stall();
      try {
        const sources = await open();
        const resolving = sources.resolve(ask(repository.url));
        await held;
        expect((await leftovers()).join()).toContain('/login');
        await sources.stop();
        expect(await leftovers()).toEqual([]);
        expect(await resolving).toMatchObject({
          ok: false,
          problem: expect.stringContaining('The portal is stopping'),
        });
      } finally {
        release();
      }
    });

    it('is taken for another repository by no path in one that the catalog reads', async () => {
      const victim = await server.createRepository('scm/victim/private', {
        a: '1',
      });
      const target = `${server.url}/attacker/repo/-/blob/main/projects/victim/repos/private/catalog-info.yaml`;
      const location = { type: 'url', target };
      const sources = await open();
      expect(await sources.resolve(ask(target))).toMatchObject({
        ok: false,
        path: '/source',
        problem: expect.stringContaining('cannot be read as the URL'),
      });
      expect(
        await sources.resolve(ask(victim.url, { readFrom: { location } })),
      ).toMatchObject({
        ok: false,
        problem: expect.stringContaining('which this one was not'),
      });
      expect(server.requests.map(each => each.username)).not.toContain(
        LOGIN.username,
      );
    });

    it('tells that a host cannot be reached', async () => {
      const gone = await GitServer.start();
      await gone.stop();
      const hosts = [{ host: gone.host }];
      expect(
        await resolve(ask(`${gone.url}/team/app`), { hosts }),
      ).toMatchObject({
        problem: expect.stringMatching(
          /could not be reached.*network.*; submit again once the host answers\.$/,
        ),
        unavailable: true,
      });
    });

    it('says how to get git where it is not installed', async () => {
      expect(
        await resolve(ask(repository.url), { git: '/nowhere/git' }),
      ).toMatchObject({
        problem: expect.stringMatching(
          /Git is not installed.*apt-get install git/,
        ),
      });
    });

    it('takes away what a portal that was killed has left, and nothing of one that asks', async () => {
      for (const name of ['old', 'new']) {
        await mkdir(join(directory, 'asking', name), { recursive: true });
        await writeFile(join(directory, 'asking', name, 'login'), 'secret');
      }
      const hourAgo = new Date(Date.now() - 3_600_000);
      await utimes(join(directory, 'asking', 'old'), hourAgo, hourAgo);
      await resolve(ask(repository.url));
      expect(await readdir(join(directory, 'asking'))).toEqual(['new']);
    });

    it('takes it away when the portal starts again, before anybody asks', async () => {
      const old = join(directory, 'asking', 'old');
      await mkdir(old, { recursive: true });
      const hourAgo = new Date(Date.now() - 3_600_000);
      await utimes(old, hourAgo, hourAgo);
      await open();
      expect(await readdir(join(directory, 'asking'))).toEqual([]);
    });
  });

  describe('copyTo', () => {
    it('brings the files of that commit, whatever the branch is at by now, and no .git', async () => {
      const source = await sourceOf(repository.url);
      await repository.commit({ Dockerfile: 'FROM later\n' });
      expect(await copy(source)).toMatchObject({ bytes: expect.any(Number) });
      const copied = join(directory, 'copy');
      expect((await readdir(copied)).sort()).toEqual(
        expect.arrayContaining(['Dockerfile', 'catalog-info.yaml', 'web']),
      );
      expect(await readdir(copied)).not.toContain('.git');
      expect(await readFile(join(copied, 'Dockerfile'), 'utf8')).toBe(
        'FROM scratch\n',
      );
      expect(log[0]).toBe(
        `Fetching commit ${source.commit} (main) of ${server.host}/team/app with the portal's login`,
      );
      expect(log.join('\n')).toMatch(/remote: .*done/);
      expect(await leftovers()).toEqual([]);
    });

    it('brings only the folder of the source', async () => {
      const target = `${repository.url}/tree/main/web/`;
      await copy(await sourceOf(repository.url, { target }));
      expect(await readdir(join(directory, 'copy'))).toEqual(['site']);
    });

    it('brings a commit whose hash is of the newer kind', async () => {
      const newer = await server.createRepository(
        'team/sha256',
        { a: '1' },
        { objectFormat: 'sha256' },
      );
      const source = await sourceOf(newer.url);
      expect(source.commit).toHaveLength(64);
      await copy(source);
      expect(await readdir(join(directory, 'copy'))).toEqual(['a']);
    });

    it('keeps links inside the folder, and refuses those that leave it', async () => {
      const linked = await server.createRepository('team/linked', {
        'app/file': 'x',
        secret: 'x',
      });
      await linked.commit({}, { links: { 'app/inner': 'file' } });
      const target = `${linked.url}/tree/main/app/`;
      await copy(await sourceOf(linked.url, { target }));
      expect(await readlink(join(directory, 'copy', 'inner'))).toBe('file');
      await rm(join(directory, 'copy'), { recursive: true });
      await linked.commit({}, { links: { 'app/up': '../secret' } });
      const failure = await failureOf(
        copy(await sourceOf(linked.url, { target })),
      );
      expect(failure).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining(
          'The symbolic link "up" leads out of the source',
        ),
      });
    });

    it.each([
      ['is a link out of the repository', { out: '/etc' }, 'out'],
      ['is not there', {}, 'nope'],
      ['is a file', {}, 'file'],
    ])('refuses a folder that %s', async (_, links, path) => {
      const name = `team/folders-${path}`;
      const folders = await server.createRepository(name, { file: 'x' });
      await folders.commit({}, { links });
      const target = `${folders.url}/tree/main/${path}/`;
      const source = await sourceOf(folders.url, { target });
      expect(await failureOf(copy(source))).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining(`has no folder "${path}" at commit`),
      });
      expect(await leftovers()).toEqual([]);
    });

    it('fetches no submodules, and says so', async () => {
      const parent = await server.createRepository('team/parent', {
        '.gitmodules': `[submodule "s"]\n\tpath = s\n\turl = ${repository.url}\n`,
        a: '1',
      });
      await copy(await sourceOf(parent.url));
      expect(log.at(-1)).toContain('submodules, which are not fetched');
      expect(
        server.requests.filter(each => each.url.startsWith('/team/app')),
      ).toEqual([]);
    });

    it('runs nothing of what a repository brings', async () => {
      const mark = join(directory, 'mark');
      const hostile = await server.createRepository('team/hostile', {
        '.gitattributes': '* filter=x diff=x merge=x\n',
        'hooks/post-checkout': `#!/bin/sh\ntouch ${mark}\n`,
        '.lfsconfig': `[lfs]\n\turl = ${server.url}/lfs\n`,
        config: `[core]\n\tfsmonitor = "touch ${mark}"\n`,
      });
      await copy(await sourceOf(hostile.url));
      await expect(access(mark)).rejects.toThrow('ENOENT');
    });

    it('obeys no settings of a repository that its own folder lies in, nor of the machine', async () => {
      const other = await GitServer.start();
      try {
        const insteadOf = `[url "${other.url}/"]\n\tinsteadOf = ${server.url}/\n[credential]\n\thelper = "!touch ${directory}/asked"\n`;
        await mkdir(join(directory, '.git', 'refs'), { recursive: true });
        await mkdir(join(directory, '.git', 'objects'));
        await writeFile(join(directory, '.git', 'HEAD'), 'ref: refs/heads/x\n');
        await writeFile(
          join(directory, '.git', 'config'),
          `[core]\n\trepositoryformatversion = 0\n${insteadOf}`,
        );
        await copy(await sourceOf(repository.url));
        expect(other.requests).toEqual([]);
        await expect(access(join(directory, 'asked'))).rejects.toThrow();
      } finally {
        await other.stop();
      }
    });

    it('lets nobody see the login: not in arguments, environment, lines or files, but in one that is its own and gone after', async () => {
      const recorder = join(directory, 'git');
      const record = join(directory, 'argv');
      await writeFile(
        recorder,
        [
          '#!/bin/sh',
          `echo "run $*" >> '${record}'`,
          `ls -l "$HOME/login" >> '${record}' 2>&1`,
          `env >> '${record}'`,
          'exec git "$@"',
        ].join('\n'),
      );
      await chmod(recorder, 0o755);
      const source = await sourceOf(repository.url);
      await resolve(ask(repository.url), { git: recorder });
      await copy(source, { git: recorder });
      const recorded = await readFile(record, 'utf8');
      const runs = recorded.split(/^run /m).slice(1);
      const runOf = (command: string) =>
        runs.find(each => each.split('\n')[0].includes(` ${command} `));
      for (const command of ['ls-remote', 'fetch']) {
        expect(runOf(command)).toMatch(/\n-rw-------.*\/login\n/);
      }
      for (const command of ['read-tree', 'checkout']) {
        expect(runOf(command)).toMatch(/\/login.*: No such file/);
      }
      expect(recorded).toContain('GIT_CONFIG_NOSYSTEM=1');
      expect(recorded).not.toMatch(/GIT_ASKPASS|SSH_ASKPASS|GIT_SSL_NO_VERIFY/);
      for (const text of [recorded, ...log, JSON.stringify(source)]) {
        expect(text).not.toContain(LOGIN.password);
        expect(text).not.toContain(encodeURIComponent(LOGIN.password));
      }
      expect(await leftovers()).toEqual([]);
    });

    it('takes none of git’s own variables over, also where the operator lets builders have them', async () => {
      expect(
        await resolve(ask(repository.url), {
          hosts: [{ host: server.host, ...LOGIN }],
          environment: {
            PATH: process.env.PATH ?? '',
            GIT_SSL_NO_VERIFY: '1',
            LC_ALL: 'de_DE.UTF-8',
          },
        }),
      ).toMatchObject({
        problem: expect.stringContaining('not signed by an authority'),
      });
    });

    it('refuses a host that is allowed no longer', async () => {
      const source = await sourceOf(repository.url);
      expect(await failureOf(copy(source, { hosts: [] }))).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining('Sources may not come from'),
        hint: expect.stringContaining('imageFactory.sources.git.hosts'),
      });
    });

    it('tells that a commit is gone since the build was submitted', async () => {
      const source = await sourceOf(repository.url);
      const commit = '0123456789'.repeat(4);
      expect(await failureOf(copy({ ...source, commit }))).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining(
          `has no commit ${commit} any more, which was main`,
        ),
        hint: expect.stringContaining('Build again'),
      });
      expect(
        await failureOf(copy({ ...source, commit, ref: commit })),
      ).toMatchObject({
        message: expect.stringContaining(`has no commit ${commit}.`),
        hint: expect.stringContaining('Check the hash'),
      });
    });

    it('takes no other object for a commit', async () => {
      const source = await sourceOf(repository.url);
      const commit = await repository.hash('main^{tree}');
      expect(
        await failureOf(copy({ ...source, commit, ref: commit })),
      ).toMatchObject({ message: expect.stringContaining('has no commit') });
    });

    it.each([
      [401, 'user', /refuses the portal's login/],
      [403, 'user', /refuses the portal's login/],
      [404, 'user', /no repository at/],
      [429, 'infrastructure', /has answered 429/],
      [500, 'infrastructure', /has answered 500/],
      [503, 'infrastructure', /has answered 503/],
    ])(
      'takes a host that answers %s in between for a failure of class %s',
      async (status, failureClass, message) => {
        const source = await sourceOf(repository.url);
        server.failWith(status);
        expect(await failureOf(copy(source))).toMatchObject({
          failureClass,
          message: expect.stringMatching(message),
          hint: expect.any(String),
        });
        expect(await leftovers()).toEqual([]);
      },
    );

    it('takes a host that breaks off in the middle for one to ask again', async () => {
      const large = await server.createRepository('team/broken-off', {
        a: randomBytes(500_000),
      });
      const source = await sourceOf(large.url);
      const stall = server.stall({
        matches: /git-upload-pack$/,
        afterBytes: 100_000,
      });
      const copying = failureOf(copy(source));
      await stall.held;
      server.breakOff();
      stall.release();
      expect(await copying).toMatchObject({
        failureClass: 'infrastructure',
        message: expect.stringMatching(/could not be reached, or broke off/),
        hint: expect.stringMatching(/A build is tried again by itself\.$/),
      });
      expect(await leftovers()).toEqual([]);
    });

    it('ends a fetch that grows too large before it is through', async () => {
      const large = await server.createRepository('team/large', {
        a: randomBytes(1_000_000),
      });
      const source = await sourceOf(large.url);
      const { held, release } = server.stall({
        matches: /git-upload-pack$/,
        afterBytes: 600_000,
      });
      try {
        const copying = failureOf(copy(source, { maxBytes: 300_000 }));
        await held;
        expect(await copying).toMatchObject({
          failureClass: 'user',
          message: expect.stringContaining('is larger than 300000 bytes'),
          hint: expect.stringContaining('imageFactory.sources.maxBytes'),
        });
        expect(await leftovers()).toEqual([]);
      } finally {
        release();
      }
    });

    it('refuses files that are large only once they are unpacked', async () => {
      const bomb = await server.createRepository('team/bomb', {
        a: Buffer.alloc(5_000_000),
      });
      const source = await sourceOf(bomb.url);
      expect(
        await failureOf(copy(source, { maxBytes: 1_000_000 })),
      ).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining('is larger than 1000000 bytes'),
      });
    });

    it('refuses too many files, and counts those of the source alone', async () => {
      const files = Array.from({ length: 50 }, (_, n) => [`many/${n}`, 'x']);
      const many = await server.createRepository('team/many', {
        ...Object.fromEntries(files),
        'few/a': 'x',
      });
      await copy(
        await sourceOf(many.url, { target: `${many.url}/tree/main/few/` }),
        { maxFiles: 40 },
      );
      expect(await readdir(join(directory, 'copy'))).toEqual(['a']);
      const whole = await sourceOf(many.url);
      expect(await failureOf(copy(whole, { maxFiles: 40 }))).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining('has more than 40 files'),
        hint: expect.stringContaining('smaller folder'),
      });
    });

    it.each([
      ['', /has more than 1000 files/],
      ['t0/', /too many files and folders/],
    ])(
      'reads no trees that name each other to a number without end (of the folder %j)',
      async (folder, message) => {
        const bomb = await server.createRepository(
          `team/trees-${folder.length}`,
          { file: '' },
        );
        let tree = await bomb.hash('main^{tree}');
        for (let depth = 0; depth < 6; depth += 1) {
          const list = join(directory, 'trees');
          const entry = `\0${Buffer.from(tree, 'hex').toString('latin1')}`;
          const lines = [...Array(40).keys()].map(n => `40000 t${n}`).sort();
          await writeFile(
            list,
            Buffer.from(lines.map(line => line + entry).join(''), 'latin1'),
          );
          const args = ['-t', 'tree', '-w', '--literally', list];
          tree = (await bomb.git('hash-object', ...args)).trim();
          await rm(list);
        }
        const commit = await bomb.git('commit-tree', '-m', 'x', tree);
        await bomb.git('update-ref', 'refs/heads/main', commit.trim());
        const target = `${bomb.url}/tree/main/${folder}`;
        const source = await sourceOf(bomb.url, { target });
        expect(await failureOf(copy(source))).toMatchObject({
          failureClass: 'user',
          message: expect.stringMatching(message),
        });
        expect(await leftovers()).toEqual([]);
      },
    );

    it('goes by the attributes of the whole repository in a folder of it', async () => {
      const typed = await server.createRepository('team/typed', {
        '.gitattributes': '*.bat text eol=crlf\n',
        'app/run.bat': 'one\n',
      });
      const target = `${typed.url}/tree/main/app/`;
      await copy(await sourceOf(typed.url, { target }));
      expect(await readFile(join(directory, 'copy', 'run.bat'), 'utf8')).toBe(
        'one\r\n',
      );
    });

    it('takes no folder name for a pattern', async () => {
      const odd = await server.createRepository('team/odd', {
        ':(top)/*/a': '1',
        'other/b': '2',
      });
      const target = `${odd.url}/tree/main/${encodeURIComponent(':(top)')}/*/`;
      await copy(await sourceOf(odd.url, { target }));
      expect(await readdir(join(directory, 'copy'))).toEqual(['a']);
    });

    it('ends a fetch that takes too long, which is tried again', async () => {
      const source = await sourceOf(repository.url);
      const { held, release } = server.stall();
      try {
        const copying = failureOf(copy(source, { timeoutMilliseconds: 1_000 }));
        await held;
        expect(await copying).toMatchObject({
          failureClass: 'infrastructure',
          message: expect.stringContaining('was not fetched within 1 s'),
          hint: expect.stringContaining('imageFactory.sources.git.timeout'),
        });
        expect(await leftovers()).toEqual([]);
      } finally {
        release();
      }
    });

    it('gives up a login that never comes, which is tried again, and stops when told to', async () => {
      const source = await sourceOf(repository.url);
      const api = createServer(() => api.emit('asked'));
      await once(api.listen(0, '127.0.0.1'), 'listening');
      const { port } = api.address() as AddressInfo;
      const { privateKey } = generateKeyPairSync('rsa', {
        modulusLength: 2048,
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
        publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      });
      const secret = 'not-used';
      const app = { appId: 1, clientId: 'c', privateKey };
      const options: Partial<TestGitOptions> = {
        hosts: [{ host: server.host, caFile: server.caFile }],
        integrations: {
          github: [
            {
              host: server.host,
              apiBaseUrl: `http://127.0.0.1:${port}`,
              apps: [{ ...app, clientSecret: secret, webhookSecret: secret }],
            },
          ],
        },
      };
      try {
        expect(
          await failureOf(
            copy(source, { ...options, timeoutMilliseconds: 500 }),
          ),
        ).toMatchObject({
          failureClass: 'infrastructure',
          message: expect.stringContaining('was not fetched within 0.5 s'),
        });
        const controller = new AbortController();
        const asked = once(api, 'asked');
        const copying = copy(source, {
          ...options,
          signal: controller.signal,
        });
        await asked;
        controller.abort();
        await expect(copying).rejects.toMatchObject({ name: 'AbortError' });
        expect(await leftovers()).toEqual([]);
      } finally {
        api.closeAllConnections();
        api.close();
      }
    });

    it('stops when told to, and leaves nothing', async () => {
      const source = await sourceOf(repository.url);
      const { held, release } = server.stall();
      try {
        const controller = new AbortController();
        const copying = copy(source, { signal: controller.signal });
        await held;
        expect(await readdir(join(directory, 'scratch', 'git'))).toContain(
          'login',
        );
        controller.abort();
        await expect(copying).rejects.toMatchObject({ name: 'AbortError' });
        expect(await leftovers()).toEqual([]);
      } finally {
        release();
      }
    });

    it('says how to get git where it has gone', async () => {
      const source = await sourceOf(repository.url);
      expect(
        await failureOf(copy(source, { git: '/nowhere/git' })),
      ).toMatchObject({
        failureClass: 'infrastructure',
        hint: expect.stringContaining('apt-get install git'),
      });
    });

    it('knows a folder of the portal with a quote and a space in its name', async () => {
      directory = join(directory, "the portal's");
      await mkdir(directory);
      await copy(await sourceOf(repository.url));
      expect((await stat(join(directory, 'copy'))).isDirectory()).toBe(true);
      directory = join(directory, '..');
    });
  });

  describe('copyTo from a server that gives only the tips of branches', () => {
    let old: GitServer;

    beforeAll(async () => {
      old = await GitServer.start({ version0: true });
    });

    afterAll(async () => {
      await old.stop();
    });

    const hosts = () => [{ host: old.host, caFile: old.caFile }];

    async function sourceAt(
      url: string,
      ref: string,
      commit: string,
    ): Promise<GitSourceConfig> {
      return {
        type: 'git',
        repository: url,
        ref,
        commit,
        path: '',
        credentials: 'none',
      };
    }

    it('brings the tip itself', async () => {
      const { url, hash } = await tip('tip');
      await copy(await sourceAt(url, 'main', hash), { hosts: hosts() });
      expect(await readdir(join(directory, 'copy'))).toEqual(['a']);
    });

    it.each(['main', 'hash'])(
      'brings a commit that is no tip any more (ref: %s), with all of the history',
      async ref => {
        const { url, hash, repository: moved } = await tip(`moved-${ref}`);
        await moved.commit({ b: '2' });
        await moved.commit({ c: '2' });
        await copy(await sourceAt(url, ref === 'hash' ? hash : ref, hash), {
          hosts: hosts(),
        });
        expect(await readdir(join(directory, 'copy'))).toEqual(['a']);
        expect(log.join('\n')).toContain('fetching all');
      },
    );

    it('tells that a commit is gone', async () => {
      const { url } = await tip('gone');
      const commit = '0123456789'.repeat(4);
      expect(
        await failureOf(
          copy(await sourceAt(url, 'main', commit), { hosts: hosts() }),
        ),
      ).toMatchObject({ message: expect.stringContaining('any more') });
    });

    async function tip(name: string) {
      const made = await old.createRepository(name, { a: '1' });
      return {
        repository: made,
        url: made.url,
        hash: await made.hash('main'),
      };
    }
  });
});
