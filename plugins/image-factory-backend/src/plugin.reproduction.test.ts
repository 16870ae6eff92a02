import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  Artifact,
  Build,
  Reproduction,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import request from 'supertest';
import { GitServer } from './__testUtils__/GitServer';
import { RegistryServer } from './__testUtils__/RegistryServer';
import { describeWith } from './__testUtils__/engines';
import { exampleComponent } from './__testUtils__/exampleComponent';
import { guests } from './__testUtils__/userInfo';
import { imageFactoryPlugin } from './plugin';

jest.setTimeout(180_000);

const run = promisify(execFile);

describeWith(
  ['buildah', 'skopeo', 'docker-registry'],
  'the commands that build the same elsewhere',
  () => {
    let directory: string;
    let registry: RegistryServer;
    let git: GitServer;
    let backend: Awaited<ReturnType<typeof startTestBackend>>;
    let base: string;
    const certificates = process.env.SSL_CERT_FILE;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'image-factory-reproduce-'));
      await mkdir(join(directory, 'registry'));
      registry = await RegistryServer.start({
        directory: join(directory, 'registry'),
      });
      // How an operator has base images pulled from a registry with a CA of its own.
      process.env.SSL_CERT_FILE = registry.certificates.caFile;
      base = `${registry.host}/bases/site:1`;
      git = await GitServer.start();
      const repository = await git.createRepository('team/site', {
        'site/Dockerfile': `FROM ${base}\nARG GREETING\nENV GREETING=$GREETING\nCOPY page.html /page.html\n`,
        'site/page.html': 'a page\n',
      });
      const location = `url:${repository.url}/blob/main/catalog-info.yaml`;
      const entity = exampleComponent('hello-site', {
        'backstage.io/source-location': `url:${repository.url}/tree/main/site`,
        'backstage.io/managed-by-location': location,
        'backstage.io/managed-by-origin-location': location,
      });
      backend = await startTestBackend({
        features: [
          imageFactoryPlugin,
          guests,
          catalogServiceMock.factory({ entities: [entity] }),
          mockServices.rootConfig.factory({
            data: {
              backend: { baseUrl: 'http://localhost' },
              imageFactory: {
                dataDirectory: join(directory, 'data'),
                sources: {
                  git: { hosts: [{ host: git.host, caFile: git.caFile }] },
                },
                executors: { local: { toolOrder: ['buildah'] } },
              },
            },
          }),
        ],
      });
    });

    afterAll(async () => {
      await backend?.stop();
      await git?.stop();
      await registry?.stop();
      if (certificates === undefined) delete process.env.SSL_CERT_FILE;
      else process.env.SSL_CERT_FILE = certificates;
      await rm(directory, { recursive: true, force: true });
    });

    const path = '/api/image-factory/v1/builds';

    async function get<T>(rest: string): Promise<T> {
      const { body } = await request(backend.server).get(`${path}/${rest}`);
      return body;
    }

    function buildah(...args: string[]) {
      const storage = join(directory, 'storage');
      return run(
        'buildah',
        [
          `--root=${storage}`,
          `--runroot=${storage}-run`,
          '--storage-driver=vfs',
          ...args,
        ],
        { env: { ...process.env, BUILDAH_ISOLATION: 'chroot' } },
      );
    }

    /** Puts another image under the tag of the base. */
    async function pushBase(content: string): Promise<void> {
      const context = join(directory, 'base');
      await mkdir(context, { recursive: true });
      await writeFile(join(context, 'base.txt'), content);
      await writeFile(
        join(context, 'Dockerfile'),
        'FROM scratch\nCOPY base.txt /base.txt\n',
      );
      await buildah('build', '--no-cache', `--tag=${base}`, context);
      await buildah('push', base, `docker://${base}`);
    }

    async function buildToEnd(): Promise<Build> {
      const { body } = await request(backend.server)
        .post(path)
        .send({
          entityRef: 'component:default/hello-site',
          parameters: {
            'build-args': { GREETING: "it's $HOME & more" },
            labels: { maker: 'a "team"' },
          },
        });
      for (;;) {
        const build = await get<Build>(body.id);
        if (isTerminal(build.status)) return build;
        await delay(50);
      }
    }

    /** All files of an image with what is in them, and its config without its dates. */
    async function contentsOf(image: string) {
      const folder = await mkdtemp(join(directory, 'image-'));
      await run('skopeo', ['copy', image, `dir:${folder}`]);
      const manifest = JSON.parse(
        await readFile(join(folder, 'manifest.json'), 'utf8'),
      );
      const files: Record<string, string> = {};
      for (const { digest } of manifest.layers) {
        const layer = await mkdtemp(join(directory, 'layer-'));
        await run('tar', ['-xf', join(folder, hexOf(digest)), '-C', layer]);
        const { stdout } = await run('find', [layer, '-type', 'f']);
        for (const file of stdout.split('\n').filter(Boolean)) {
          files[file.slice(layer.length)] = await readFile(file, 'utf8');
        }
      }
      const { config } = JSON.parse(
        await readFile(join(folder, hexOf(manifest.config.digest)), 'utf8'),
      );
      return { files, config };
    }

    it('give the same files and settings, also where the tag of the base is another image by then', async () => {
      await pushBase('the first base\n');
      const build = await buildToEnd();
      expect(build.failure).toBeUndefined();
      const { items } = await get<{ items: Artifact[] }>(
        `${build.id}/artifacts`,
      );
      expect(items).toContainEqual(
        expect.objectContaining({
          type: 'base-image',
          reference: base,
          digest: expect.stringMatching(/^sha256:/),
        }),
      );
      const archive = items.find(each => each.type === 'image-archive')!;
      const { body } = await request(backend.server)
        .get(`${path}/${build.id}/artifacts/${archive.id}/download`)
        .responseType('blob');
      const file = join(directory, 'built.tar');
      await writeFile(file, body);

      await pushBase('the second base\n');
      const { script, notes } = await get<Reproduction>(
        `${build.id}/reproduction`,
      );
      expect(notes.join(' ')).not.toContain('Base images are taken');
      const work = join(directory, 'work');
      await mkdir(work);
      const storage = join(directory, 'own');
      await run(
        'sh',
        [
          '-euc',
          `docker() { buildah --root=${storage} --runroot=${storage}-run --storage-driver=vfs "$@"; }\n${script}\ndocker push ${build.image} oci-archive:${work}/mine.tar`,
        ],
        {
          cwd: work,
          env: {
            ...process.env,
            BUILDAH_ISOLATION: 'chroot',
            GIT_SSL_CAINFO: git.caFile,
          },
        },
      );

      const built = await contentsOf(`oci-archive:${file}`);
      expect(await contentsOf(`oci-archive:${work}/mine.tar`)).toEqual(built);
      expect(built.files).toMatchObject({
        '/base.txt': 'the first base\n',
        '/page.html': 'a page\n',
      });
      expect(built.config).toMatchObject({
        Env: expect.arrayContaining(["GREETING=it's $HOME & more"]),
        Labels: expect.objectContaining({ maker: 'a "team"' }),
      });
    });
  },
);

function hexOf(digest: string): string {
  return digest.replace(/^\w+:/, '');
}
