import { Entity } from '@backstage/catalog-model';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSources } from '../__testUtils__/createSources';
import { GitServer } from '../__testUtils__/GitServer';
import { Sources } from '../sources';
import { resolveSource } from './resolveSource';

jest.setTimeout(60_000);

describe('resolveSource', () => {
  let directory: string;
  let server: GitServer;
  let sources: Sources;

  beforeAll(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'resolve-')));
    await mkdir(join(directory, 'demo', 'app'), { recursive: true });
    server = await GitServer.start();
    await server.createRepository('team/app', { a: '1' });
    sources = await createSources({
      directory,
      roots: [{ name: 'demo', path: join(directory, 'demo') }],
      hosts: [{ host: server.host, caFile: server.caFile }],
    });
  });

  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  function resolve(annotations: Record<string, string>, ref?: string) {
    const entity: Entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'app', annotations },
    };
    return resolveSource({ entity, ref, sources, fresh: true });
  }

  const fromFile = () => {
    const location = `file:${join(directory, 'demo', 'app')}/`;
    return {
      'backstage.io/managed-by-location': location,
      'backstage.io/managed-by-origin-location': location,
    };
  };

  it('takes a directory for an entity from a file of the machine', async () => {
    expect(await resolve(fromFile())).toMatchObject({
      ok: true,
      source: { type: 'directory', root: 'demo', path: 'app' },
    });
  });

  it('takes no directory for an entity that was read from elsewhere, though a file of the machine lists it', async () => {
    const { 'backstage.io/managed-by-origin-location': file } = fromFile();
    const resolved = await resolve({
      'backstage.io/managed-by-origin-location': file,
      'backstage.io/managed-by-location':
        'url:https://git.example.com/stranger/app/catalog-info.yaml',
      'backstage.io/source-location': file,
    });
    expect(resolved).toMatchObject({
      ok: false,
      problem: expect.stringContaining('was not loaded from a file'),
    });
  });

  it('says of a directory that it has no refs', async () => {
    expect(await resolve(fromFile(), 'main')).toEqual({
      ok: false,
      path: '/ref',
      problem: expect.stringContaining('Leave ref out'),
    });
  });

  it('takes a repository, with the portal’s login where the entity was read from it', async () => {
    const own = `url:${server.url}/team/app/blob/main/catalog-info.yaml`;
    const other = `url:${server.url}/team/other/blob/main/catalog-info.yaml`;
    for (const [location, origin, credentials] of [
      [own, other, 'host'],
      [other, own, 'none'],
    ]) {
      expect(
        await resolve({
          'backstage.io/source-location': `url:${server.url}/team/app/`,
          'backstage.io/managed-by-location': location,
          'backstage.io/managed-by-origin-location': origin,
        }),
      ).toMatchObject({ ok: true, source: { type: 'git', credentials } });
    }
  });

  it('takes the place that an entity was read from where it tells no other', async () => {
    const location = `url:${server.url}/team/app/blob/main/catalog-info.yaml`;
    expect(
      await resolve({
        'backstage.io/managed-by-location': location,
        'backstage.io/managed-by-origin-location': location,
      }),
    ).toMatchObject({ ok: true, source: { ref: 'main', path: '' } });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['has no location', {}, /says nowhere where its sources are/],
    [
      'is in a place of another kind',
      { 'backstage.io/source-location': 'bucket:s3://x/y' },
      /of type bucket, and only git repositories/,
    ],
    [
      'came from elsewhere and points to a file',
      {
        'backstage.io/source-location': 'file:/portal/app/',
        'backstage.io/managed-by-origin-location': 'url:https://host/a/b',
      },
      /was not loaded from a file/,
    ],
  ])('refuses an entity that %s', async (_, annotations, problem) => {
    expect(await resolve(annotations)).toEqual({
      ok: false,
      problem: expect.stringMatching(problem),
    });
  });
});
