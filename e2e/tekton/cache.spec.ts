import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { JsonObject } from '@backstage/types';
import { expect, test } from '@playwright/test';
import { ExecutionSpec } from '../../plugins/image-factory-node/src';
import {
  buildxMethod,
  dockerMethod,
} from '../../plugins/image-factory-backend/src/methods';
import { Cluster } from '../cluster/Cluster';
import { createRepository } from './support/createRepository';
import { MethodBuilds } from './support/MethodBuilds';
import { tagsOf } from './support/registry';
import { prepareRelaxedNamespace } from './support/relaxedNamespace';
import { TENANT, prepareTenant } from './support/tenant';
import { TenantNamespace } from './support/TenantNamespace';

const OTHER_TENANT = 'group:default/others';
const REFUSED_SECRET = 'refused-login';

/** How the tools say of how many instructions they have carried nothing out, and where they keep layers. */
const TOOLS = [
  {
    method: dockerMethod,
    hitsOf: (log: string) => log.match(/^--> Using cache /gm)?.length ?? 0,
    below: '/linux-amd64',
  },
  { method: buildxMethod, hitsOf: takenByBuildKit, below: '' },
];

/** One whose layer is wanted for the image at once says what it fetches in place of CACHED. */
function takenByBuildKit(log: string): number {
  const steps = [...log.matchAll(/^#(\d+) \[\d+\/\d+\] (?:COPY|RUN) /gm)];
  const isTaken = ([, step]: RegExpMatchArray) =>
    new RegExp(`^#${step} (?:CACHED|sha256:)`, 'm').test(log);
  return steps.filter(isTaken).length;
}

for (const { method, hitsOf, below } of TOOLS) {
  test.describe(`The layer cache of the default template of the ${method.id} method, in real pods`, () => {
    let cluster: Cluster;
    let builds: MethodBuilds;
    let refused: MethodBuilds;
    let others: TenantNamespace;
    let source: Awaited<ReturnType<typeof createRepository>>;
    /** The same for all builds, as of one component. */
    let image: string;
    let cache: string;

    test.beforeAll(async () => {
      cluster = await Cluster.open();
      const { git, registry, images } = cluster.local;
      const id = randomUUID();
      cache = `${registry.address}/cache/${id}`;
      image = `${registry.address}/e2e/${id}`;
      source = await createRepository(git, `e2e/${id}`, {
        Dockerfile: [
          `FROM ${images.busybox}`,
          'COPY first.txt /',
          'RUN echo "made by RUN" | tee /made',
          'COPY second.txt /',
        ].join('\n'),
        'first.txt': '1',
        'second.txt': '2',
        'scratch.Dockerfile':
          'FROM scratch\nCOPY first.txt /\nCOPY second.txt /\n',
      });
      const namespace = await prepareRelaxedNamespace(cluster);
      others = await TenantNamespace.create(cluster, 'privileged');
      await prepareTenant(cluster, others.name);
      await createRefusedLogin(cluster, namespace);
      const places = { [TENANT]: namespace, [OTHER_TENANT]: others.name };
      const settings = {
        layerCache: `${cache}/{tenant}/{component}`,
        namespaces: {
          byTenant: places,
          relaxedByTenant: places,
          rule: undefined,
        },
      };
      const create = (
        own: Partial<typeof settings> & { pullSecret?: string },
      ) =>
        MethodBuilds.create({
          cluster,
          method,
          namespace,
          settings: { ...settings, ...own },
        });
      builds = await create({});
      refused = await create({ pullSecret: REFUSED_SECRET });
    });

    test.afterAll(async () => {
      await builds?.dispose();
      await refused?.dispose();
      await others?.dispose();
    });

    async function build(
      options: {
        by?: MethodBuilds;
        tenant?: string;
        parameters?: JsonObject;
      } = {},
    ): Promise<{ log: string; hits: number; runs: number }> {
      const { by = builds, tenant = TENANT, parameters = {} } = options;
      const plain = await by.spec({ repository: source, parameters });
      const spec: ExecutionSpec = {
        ...plain,
        config: {
          ...plain.config,
          tenant,
          image: { ...plain.config.image, reference: `${image}:1` },
        },
      };
      const collected = await by.run(spec);
      const log = collected.log('build-image');
      expect(collected.outcome, log).toEqual({ status: 'completed' });
      return {
        log,
        hits: hitsOf(log),
        // BuildKit has a number and a time before it; both print the command as well.
        runs: log.match(/^(#\d+ [\d.]+ )?made by RUN$/gm)?.length ?? 0,
      };
    }

    async function isCached(tenant: string): Promise<boolean> {
      const repository = `${cache}/${tenant}/component.default.site${below}`;
      return (await tagsOf(cluster.local.registry, repository)).length > 0;
    }

    test('gives a second pod the layers of the first, and neither to another tenant', async () => {
      test.setTimeout(240_000);
      expect(await build()).toMatchObject({ hits: 0, runs: 1 });
      expect(await isCached('guests')).toBe(true);
      const second = await build();
      expect(second, second.log).toMatchObject({ hits: 3, runs: 0 });
      expect(await isCached('others')).toBe(false);
      const other = await build({ tenant: OTHER_TENANT });
      expect(other, other.log).toMatchObject({ hits: 0, runs: 1 });
      expect(other.log).not.toContain(`${cache}/guests/`);
      expect(await isCached('others')).toBe(true);
    });

    test('carries out all of a build that asks for it, and keeps what that has made', async () => {
      test.setTimeout(180_000);
      await build();
      const parameters = { 'no-cache': true };
      const { hits, runs, log } = await build({ parameters });
      expect({ hits, runs }, log).toEqual({ hits: 0, runs: 1 });
      expect(log).toMatch(
        /Layer cache: no layer is taken from .*, as the build asks/,
      );
      expect(await build()).toMatchObject({ hits: 3, runs: 0 });
    });

    test('fails no build whose login the registry refuses, and says so', async () => {
      const { log } = await build({
        by: refused,
        parameters: { 'dockerfile-path': './scratch.Dockerfile' },
      });
      expect(log).toMatch(/^Layer cache: .* (cannot|could not) be read; /m);
      expect(log).toMatch(/^Layer cache: .* (cannot|could not) be written; /m);
    });
  });
}

/** As the login for base images and the cache, with a password that is not its own. */
async function createRefusedLogin(
  { kubectl, local: { registry } }: Cluster,
  namespace: string,
): Promise<void> {
  const auth = Buffer.from(`${registry.username}:wrong`).toString('base64');
  await kubectl.apply(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/dockerconfigjson',
      metadata: { name: REFUSED_SECRET, namespace },
      stringData: {
        '.dockerconfigjson': JSON.stringify({
          auths: { [registry.address]: { auth } },
        }),
        'ca.crt': await readFile(registry.caFile, 'utf8'),
      },
    }),
  );
}
