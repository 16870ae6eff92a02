import { BuildList } from '@image-factory/backstage-plugin-image-factory-common';
import { asKubelet } from '../../plugins/image-factory-backend/src/templates/__testUtils__/asKubelet';
import { AttackedPortal } from './support/attacks/AttackedPortal';
import { expect, test } from './support/attacks/attackTest';
import { expectContained } from './support/attacks/expectContained';
import { INERT_BUILDS, InertBuild } from './support/attacks/inertBuilds';
import { LiveRun, findObjects } from './support/attacks/LiveRun';
import { LivePod } from './support/attacks/liveObjects';
import { refusedComponents } from './support/attacks/refusedComponents';
import { refusedImages } from './support/attacks/refusedImages';
import { REFUSED } from './support/attacks/refusedRequests';

/** What every build by the same template is like. */
let plain: LiveRun;

test.describe('What is asked of the portal to get more than a build of one’s own', () => {
  test.describe('is refused with a sentence where it is', () => {
    /** Other tests may have built by the same portal. */
    let before: Set<string>;

    test.beforeAll(async ({ portal }) => {
      before = new Set(await kept(portal));
    });

    for (const [what, requests] of Object.entries(REFUSED)) {
      test(what, async ({ portal }) => {
        for (const { body, status = 400, says } of requests) {
          const { build: _, ...answer } = await portal.post({
            entityRef: 'component:default/plain',
            ...body,
          });
          expect
            .soft(answer, JSON.stringify(body).slice(0, 200))
            .toEqual({ status, message: expect.stringMatching(says) });
        }
      });
    }

    test('images of other tenants and registries, and what is no image', async ({
      portal,
    }) => {
      const { address } = portal.cluster.local.registry;
      for (const { image, says } of refusedImages(address)) {
        const { build: _, ...answer } = await portal.post({
          entityRef: 'component:default/plain',
          image,
        });
        expect
          .soft(answer, JSON.stringify(image))
          .toEqual({ status: 400, message: expect.stringMatching(says) });
      }
    });

    test('a component of another tenant, or that asks for another place', async ({
      portal,
    }) => {
      const components = refusedComponents(portal.places);
      for (const [name, { status, says }] of Object.entries(components)) {
        const { build: _, ...answer } = await portal.post({
          entityRef: `component:default/${name}`,
        });
        expect
          .soft(answer, name)
          .toEqual({ status, message: expect.stringMatching(says) });
      }
    });

    test('a component from elsewhere that points to a private repository of somebody else', async ({
      portal,
    }) => {
      const { status, message } = await portal.post({
        entityRef: 'component:default/from-elsewhere',
      });
      expect(status).toBe(400);
      expect(message).toMatch(/login/);
    });

    test('a body that is no JSON, or that is YAML', async ({ portal }) => {
      const yaml = 'entityRef: component:default/plain\n';
      const bodies: [string, string, number][] = [
        [yaml, 'application/yaml', 400],
        [yaml, 'application/json', 400],
        ['{"entityRef": "component:default/plain"', 'application/json', 400],
        ['[]', 'application/json', 400],
        ['"component:default/plain"', 'application/json', 400],
      ];
      for (const [body, type, status] of bodies) {
        const { build: _, ...answer } = await portal.post(body, {
          'Content-Type': type,
        });
        expect.soft(answer, body).toEqual({
          status,
          message: expect.stringMatching(
            /JSON|object|body|unsupported media type/,
          ),
        });
      }
    });

    test('and nothing of all this is stored, or in the cluster', async ({
      portal,
    }) => {
      const now = await kept(portal);
      expect(now.filter(each => !before.has(each))).toEqual([]);
    });
  });

  test.describe('changes nothing about the pod where it is taken:', () => {
    test.beforeAll(async ({ portal }) => {
      const build = await portal.build('plain');
      plain = await LiveRun.of(portal.cluster, build);
      await portal.cancel(build);
    });

    for (const [what, inert] of Object.entries(INERT_BUILDS)) {
      test(what, ({ portal }) => expectInert(portal, inert));
    }
  });
});

/** All builds that are stored, and what there is of them in the cluster. */
async function kept({
  portal,
  cluster,
  instance,
}: AttackedPortal): Promise<string[]> {
  const { items } = await portal.api<BuildList>('/v1/builds');
  const objects = await findObjects(cluster, {
    'image-factory.io/instance': instance,
  });
  return [
    ...items.map(({ id }) => id),
    ...objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  ];
}

/** Its pod is as that of any build, and its programs get its values as they were written. */
async function expectInert(
  portal: AttackedPortal,
  inert: InertBuild,
): Promise<void> {
  const { component = 'plain', ref, parameters = {}, folder = '' } = inert;
  const build = await portal.build(component, { ref, parameters });
  const live = await LiveRun.of(portal.cluster, build);
  await portal.cancel(build);
  expectContained(live, plain, portal);
  const [pod] = live.pods;
  expect(argumentsOf(pod, '--build-args')).toEqual(
    asAssignments(parameters['build-args']),
  );
  expect(argumentsOf(pod, '--labels')).toEqual(
    asAssignments(parameters.labels),
  );
  expect(variablesOf(pod)).toMatchObject({
    TARGET: parameters.target ?? '',
    CONTEXT: parameters['context-path'] ?? '.',
    DOCKERFILE: parameters['dockerfile-path'] ?? 'Dockerfile',
    SOURCE_PATH: folder,
    REPOSITORY: portal.repository.url,
    IMAGE_NAME: `${portal.images}/${component}`,
  });
}

function asAssignments(values: unknown): string[] {
  return Object.entries(values ?? {}).map(
    ([name, value]) => `${name}=${value}`,
  );
}

/** As the program in the container gets them. */
function argumentsOf({ spec }: LivePod, list: string): string[] {
  const { args = [] } = spec.containers.find(
    ({ name }) => name === 'step-build-image',
  )!;
  const own = args.slice(args.indexOf('--') + 1);
  const rest = own.slice(own.indexOf(list) + 1);
  const end = rest.findIndex(word => word === '--labels');
  return rest.slice(0, end < 0 ? undefined : end).map(word => asKubelet(word));
}

function variablesOf({ spec }: LivePod): Record<string, string> {
  return Object.fromEntries(
    spec.containers.flatMap(({ env = [] }) =>
      env.map(({ name, value = '' }) => [name, asKubelet(value)]),
    ),
  );
}
