import { spawnSync } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { RunProgram } from '../runProgram';
import { AskFolders } from './AskFolders';
import { explainFolderFailure } from './explainFolderFailure';
import { GitProgram } from './GitProgram';
import { GitReferences } from './GitReferences';

const COMMIT = '0123456789'.repeat(4);

describe('GitReferences', () => {
  let directory: string;
  let answer: () => void;
  let asked: string[];
  let references: GitReferences;

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'references-')));
    asked = [];
    const answered = new Promise<void>(resolve => {
      answer = resolve;
    });
    // A host called "slow" answers when it is told to, any other at once.
    const run: RunProgram = async ({ argv }, { onOutput }) => {
      const url = argv.find(each => each.startsWith('https://')) ?? '';
      asked.push(url);
      if (url.includes('slow')) await answered;
      await onOutput(Buffer.from(`${COMMIT}\t${argv.at(-1)}\n`));
      return { type: 'exited', exitCode: 0 };
    };
    references = create({ run });
  });

  function create(
    options: Partial<ConstructorParameters<typeof GitReferences>[0]>,
  ) {
    return new GitReferences({
      git: new GitProgram({
        path: 'git',
        environment: {},
        mask: text => text.replaceAll('s3cr3t', '******'),
      }),
      run: async () => ({ type: 'exited', exitCode: 0 }),
      login: async () => undefined,
      directory,
      timeoutMilliseconds: 60_000,
      steady: () => 0,
      ...options,
    });
  }

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  function ask(
    host: string,
    ref: string,
    credentials: 'host' | 'none' = 'none',
  ) {
    return references.resolve(
      {
        repository: `https://${host}/team/app`,
        host: { host, caFile: undefined, needsSuffix: false },
        ref,
        credentials,
      },
      { fresh: false },
    );
  }

  it('lets a slow host hold up nobody else, asks it little at once, and lets few wait for it', async () => {
    const waiting = Array.from({ length: 54 }, (_, n) => ask('slow', `r${n}`));
    expect(await ask('quick', 'main')).toMatchObject({ ok: true });
    expect(await ask('slow', 'one-more')).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('50 others already wait') },
    });
    expect(asked.filter(url => url.includes('slow')).length).toBeLessThan(5);
    answer();
    expect((await Promise.all(waiting)).every(each => each.ok)).toBe(true);
    expect(await ask('slow', 'one-more')).toMatchObject({ ok: true });
  });

  it('gives up a login that never comes, and leaves nothing', async () => {
    references = create({
      login: () => new Promise(() => undefined),
      timeoutMilliseconds: 50,
    });
    expect(await ask('h', 'main', 'host')).toMatchObject({
      ok: false,
      error: {
        message: expect.stringContaining('h has not told the commit'),
        failureClass: 'infrastructure',
      },
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it('ends all questions when it stops, those that wait too, and asks nobody after', async () => {
    let onLogin!: () => void;
    const isAsked = new Promise<void>(resolve => {
      onLogin = resolve;
    });
    let logins = 0;
    references = create({
      login: () => {
        logins += 1;
        if (logins === 4) onLogin();
        return new Promise(() => undefined);
      },
    });
    const waiting = Array.from({ length: 10 }, (_, n) =>
      ask('h', `r${n}`, 'host'),
    );
    await isAsked;
    await references.stop();
    const stopping = {
      ok: false,
      error: { message: expect.stringContaining('The portal is stopping') },
    };
    for (const answered of await Promise.all(waiting)) {
      expect(answered).toMatchObject(stopping);
    }
    expect(await ask('h', 'later', 'host')).toMatchObject(stopping);
    expect(logins).toBe(4);
    expect(await readdir(directory)).toEqual([]);
  });

  it('says in words that its folder cannot be written', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    references = create({ directory: join(file, 'asking') });
    expect(await ask('h', 'main')).toMatchObject({
      ok: false,
      error: {
        failureClass: 'infrastructure',
        message:
          'The portal cannot write into its own folder for git (ENOTDIR).',
        hint: expect.stringContaining('imageFactory.dataDirectory'),
      },
    });
  });
});

describe('explainFolderFailure', () => {
  it('tells a full disk from a folder that may not be written, and both from other errors', () => {
    const failure = (code: string) =>
      Object.assign(new Error(`${code}: /secret/place`), {
        code,
        syscall: 'open',
      });
    expect(explainFolderFailure(failure('ENOSPC'))).toMatchObject({
      message: expect.stringMatching(/disk .* is full/),
      hint: expect.stringMatching(/, then submit again\.$/),
      failureClass: 'infrastructure',
    });
    expect(explainFolderFailure(failure('EACCES'))?.message).toBe(
      'The portal cannot write into its own folder for git (EACCES).',
    );
    expect(explainFolderFailure(new Error('EACCES'))).toBeUndefined();
  });
});

describe('AskFolders', () => {
  it('takes away at once what a process of this machine has left that lives no more, and nothing else', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'asks-'));
    try {
      const folders = new AskFolders(directory);
      await folders.with(async folder => {
        const own = basename(folder);
        const [machine, pid, owner, id] = own.split('~');
        const { pid: gone } = spawnSync('true');
        const [dead, elsewhere, restarted, alive] = [
          [machine, gone, 'other', id],
          ['elsewhere', gone, 'other', id],
          [machine, pid, 'other', id],
          [machine, process.ppid, owner, id],
        ].map(parts => parts.join('~'));
        for (const name of [dead, elsewhere, restarted, alive]) {
          await mkdir(join(directory, name));
          await writeFile(join(directory, name, 'login'), 'secret');
        }
        await folders.removeLeftovers();
        expect((await readdir(directory)).sort()).toEqual(
          [own, elsewhere, alive].sort(),
        );
      });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
