import { BackendFeature } from '@backstage/backend-plugin-api';
import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  DefinitivePolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  Build,
  imageFactoryPermissions,
} from '@image-factory/backstage-plugin-image-factory-common';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { BUILT, PolicyBackend, Role } from './__testUtils__/PolicyBackend';
import { spec } from './schema/openapi';

jest.setTimeout(120_000);

const ROOT = join(__dirname, '../../..');

/** In the order of the columns of the table below. */
const ROLES: Role[] = ['anonymous', 'stranger', 'outsider', 'member', 'admin'];

/** What an operation answers: to nobody, to whom nothing is granted, to a team that it is not of, to its team, to whom all is granted. */
type Statuses = [number, number, number, number, number];

const READ = 'image-factory.build.read';
const CREATE = 'image-factory.build.create';
const RETRY = 'image-factory.build.retry';
const CANCEL = 'image-factory.build.cancel';
const EXECUTORS = 'image-factory.executor.read';

type Row = {
  operation: string;
  query?: string;
  body?: object;
  /** Not the one build that is over, but a fresh one for each that asks. */
  build?: 'held' | 'cancelled';
  statuses: Statuses;
  /** The permissions without each of which it is refused. The first is what the refusal names where all are missing. */
  needs: string[];
};

function read(operation: string, query?: string): Row {
  const statuses: Statuses = [401, 403, 403, 200, 200];
  return { operation, query, statuses, needs: [READ] };
}

const ROWS: Row[] = [
  {
    operation: 'POST /v1/builds',
    body: { entityRef: BUILT, start: false },
    statuses: [401, 403, 403, 201, 201],
    needs: [CREATE],
  },
  {
    operation: 'POST /v1/builds/preview',
    body: { entityRef: BUILT },
    statuses: [401, 403, 403, 200, 200],
    needs: [CREATE],
  },
  {
    operation: 'GET /v1/build-eligibility',
    query: `?entityRef=${BUILT}`,
    // Who may not build is told that, and why; what keeps them from it is no refusal.
    statuses: [401, 200, 200, 200, 200],
    needs: [],
  },
  {
    operation: 'GET /v1/builds',
    // Who may see some builds, but none of these, gets an empty list.
    statuses: [401, 403, 200, 200, 200],
    needs: [READ],
  },
  read('GET /v1/builds/{buildId}'),
  {
    operation: 'POST /v1/builds/{buildId}/start',
    build: 'held',
    statuses: [401, 403, 403, 200, 200],
    needs: [READ, RETRY],
  },
  {
    operation: 'POST /v1/builds/{buildId}/cancel',
    build: 'held',
    statuses: [401, 403, 403, 200, 200],
    needs: [READ, CANCEL],
  },
  {
    operation: 'POST /v1/builds/{buildId}/retry',
    build: 'cancelled',
    statuses: [401, 403, 403, 200, 200],
    needs: [READ, RETRY],
  },
  {
    operation: 'POST /v1/builds/{buildId}/rebuild',
    body: { mode: 'pinned' },
    statuses: [401, 403, 403, 201, 201],
    needs: [READ, CREATE],
  },
  read('GET /v1/builds/{buildId}/wait-reason'),
  read('GET /v1/builds/{buildId}/executions'),
  read('GET /v1/builds/{buildId}/steps'),
  read('GET /v1/builds/{buildId}/events'),
  read('GET /v1/builds/{buildId}/cluster-events'),
  read('GET /v1/builds/{buildId}/logs', '?step=build-image'),
  read('GET /v1/builds/{buildId}/logs/download'),
  read('GET /v1/builds/{buildId}/logs/stream', '?step=build-image'),
  read('GET /v1/builds/{buildId}/logs/search', '?query=hello'),
  read('GET /v1/builds/{buildId}/artifacts'),
  read('GET /v1/builds/{buildId}/metrics'),
  read('GET /v1/builds/{buildId}/vulnerabilities'),
  read('GET /v1/builds/{buildId}/reproduction'),
  read('GET /v1/builds/{buildId}/artifacts/{artifactId}/download'),
  {
    operation: 'GET /v1/build-methods',
    // What can be built with is for all who are signed in.
    statuses: [401, 200, 200, 200, 200],
    needs: [],
  },
  {
    operation: 'GET /v1/executors',
    statuses: [401, 403, 403, 403, 200],
    needs: [EXECUTORS],
  },
  {
    operation: 'GET /v1/executors/{executorId}/readiness',
    // The namespaces of all tenants are for those who run the portal.
    statuses: [401, 403, 403, 403, 200],
    needs: [EXECUTORS],
  },
];

/** A refusal names what is missing, and tells nothing of what was refused. */
function refusal({ needs: [permission] }: Row, build: Build) {
  const message = `the permission ${permission}, .*Ask a portal admin for it`;
  return {
    body: {
      error: {
        name: 'NotAllowedError',
        message: expect.stringMatching(message),
      },
    },
    text: expect.not.stringContaining(build.image),
  };
}

const CASES = ROWS.flatMap(row =>
  ROLES.map((role, index) => ({ ...row, role, status: row.statuses[index] })),
);

/** A portal with a build that is over, and rows walked on it. */
async function startWalk(...features: BackendFeature[]) {
  const portal = await PolicyBackend.start(...features);
  const { build, artifactId } = await portal.completed();

  async function buildFor(row: Row): Promise<string> {
    if (!row.build) return build.id;
    const { id } = await portal.held();
    if (row.build === 'cancelled') {
      await portal.ask('member', 'post', `/v1/builds/${id}/cancel`);
    }
    return id;
  }

  return {
    portal,
    build,
    artifactId,
    /** Gives what does the row as that role, with all it needs in place. */
    async prepare(row: Row, role: Role) {
      const [verb, template] = row.operation.split(' ');
      const path = template
        .replace('{buildId}', await buildFor(row))
        .replace('{artifactId}', artifactId)
        .replace('{executorId}', 'scripted');
      const method = verb === 'GET' ? 'get' : 'post';
      return async () =>
        portal.ask(role, method, path + (row.query ?? ''), row.body);
    },
  };
}

type Walk = Awaited<ReturnType<typeof startWalk>>;

it('is shown with the policy that the documentation has', async () => {
  const [page, policy] = await Promise.all(
    [
      'docs/permissions.md',
      'examples/permission-policy/permissionPolicy.ts',
    ].map(file => readFile(join(ROOT, file), 'utf8')),
  );
  expect(page).toContain(`\`\`\`ts\n${policy}\`\`\``);
});

describe('who may do what by the policy of the example', () => {
  let portal: PolicyBackend;
  let build: Build;
  let artifactId: string;
  let walk: Walk;

  beforeAll(async () => {
    walk = await startWalk();
    ({ portal, build, artifactId } = walk);
  });

  afterAll(async () => {
    await portal.stop();
  });

  it('is told of each operation of the API, and of no other', () => {
    const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
    );
    expect(ROWS.map(({ operation }) => operation).sort()).toEqual(
      operations.sort(),
    );
  });

  it.each(CASES)(
    '$operation answers $status to the $role',
    async ({ role, status, ...row }) => {
      const answer = await (await walk.prepare(row, role))();
      expect(answer).toMatchObject({
        status,
        ...(status === 403 && refusal(row, build)),
      });
    },
  );

  it('has for a team in a list, its count and its pages what it may see, and for another nothing', async () => {
    await portal.held();
    await portal.held();
    const list = (role: Role, query = '') =>
      portal.ask(role, 'get', `/v1/builds${query}`);
    const all = (await list('admin', '?limit=100')).body;
    expect(all.totalItems).toBeGreaterThan(2);
    expect((await list('member', '?limit=100')).body).toEqual(all);
    expect((await list('outsider')).body).toEqual({ items: [], totalItems: 0 });
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await list('member', `?limit=2${cursor}`);
      expect(body.totalItems).toBe(all.totalItems);
      seen.push(...body.items.map(({ id }: Build) => id));
      cursor = body.nextCursor && `&cursor=${body.nextCursor}`;
    } while (cursor);
    expect(seen).toEqual(all.items.map(({ id }: Build) => id));
  });

  it.each([
    `/v1/builds/BUILD/logs/download`,
    `/v1/builds/BUILD/artifacts/ARTIFACT/download`,
  ])(
    'asks whoever comes with a cookie alone what they may see: %s',
    async path => {
      const save = (user: string) =>
        request(portal.server)
          .get(
            `/api/image-factory${path
              .replace('BUILD', build.id)
              .replace('ARTIFACT', artifactId)}`,
          )
          .set('Cookie', mockCredentials.limitedUser.cookie(user));
      expect((await save('user:default/member')).status).toBe(200);
      expect((await save('user:default/outsider')).status).toBe(403);
    },
  );

  const eligibility = (role: Role, entityRef: string) =>
    portal.ask(
      role,
      'get',
      `/v1/build-eligibility?entityRef=${encodeURIComponent(entityRef)}`,
    );

  it('says of what declares no image that it cannot be built, whoever asks', async () => {
    const { body } = await eligibility('admin', 'system:default/demo-sites');
    expect(body).toMatchObject({
      eligible: false,
      reasons: [
        {
          code: 'NOT_BUILDABLE',
          message: expect.stringContaining('image-factory.io/image'),
        },
      ],
    });
  });

  it('knows nothing of whether an entity may be built that the catalog does not have', async () => {
    const answer = await eligibility('admin', 'component:default/nowhere');
    expect(answer.status).toBe(404);
    expect(answer.body.error.message).toMatch(/no entity .* that you may see/);
  });

  it('asks for the entity where the question is whether it may be built', async () => {
    const answer = await portal.ask('admin', 'get', '/v1/build-eligibility');
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toMatch(/entityRef/);
  });

  describe('a tenant', () => {
    it('has its builds run by its members alone, however much else they are granted', async () => {
      const message =
        /accounted to group:default\/guests, and you do not belong to it\. Ask one of its members/;
      const held = await portal.held();
      const submit = { entityRef: BUILT, start: false };
      for (const [path, body] of [
        ['/v1/builds', submit],
        [`/v1/builds/${held.id}/start`, undefined],
        [`/v1/builds/${held.id}/retry`, undefined],
        [`/v1/builds/${held.id}/rebuild`, { mode: 'pinned' }],
        [`/v1/builds/${held.id}/rebuild`, { mode: 'latest' }],
      ] as const) {
        const answer = await portal.ask('foreign-admin', 'post', path, body);
        expect(answer.status).toBe(403);
        expect(answer.body.error.message).toMatch(message);
      }
      const now = await portal.ask('member', 'get', `/v1/builds/${held.id}`);
      expect(now.body.status).toBe('pending');
    });

    it('has its entities built by its members alone, also where their builds were accounted to nobody before', async () => {
      const held = await portal.held();
      await portal.account(held.id, 'default');
      for (const [path, body] of [
        [`/v1/builds/${held.id}/start`, undefined],
        [`/v1/builds/${held.id}/rebuild`, { mode: 'pinned' }],
      ] as const) {
        const answer = await portal.ask('foreign-admin', 'post', path, body);
        expect(answer.status).toBe(403);
        expect(answer.body.error.message).toMatch(/group:default\/guests/);
      }
    });

    it('is named in a preview as what stands in the way, and nothing of its sources', async () => {
      const { body } = await portal.ask(
        'foreign-admin',
        'post',
        '/v1/builds/preview',
        { entityRef: BUILT, parameters: { 'dockerfile-path': 'Nope' } },
      );
      expect(body.problems).toEqual([
        {
          path: '',
          blocking: true,
          message: expect.stringMatching(/group:default\/guests/),
        },
      ]);
      expect(body.source).toBeUndefined();
    });

    it('has nobody but its members ask an executor whether it would take a build', async () => {
      const asked = portal.preflights.length;
      await portal.ask('foreign-admin', 'post', '/v1/builds/preview', {
        entityRef: BUILT,
      });
      expect(portal.preflights).toHaveLength(asked);
      await portal.ask('member', 'post', '/v1/builds/preview', {
        entityRef: BUILT,
      });
      expect(portal.preflights).toHaveLength(asked + 1);
    });

    it('is told apart from permissions where the question is whether somebody may build', async () => {
      const denied = {
        code: 'PERMISSION_MISSING',
        message: expect.stringContaining(`the permission ${CREATE},`),
      };
      const foreign = {
        code: 'NOT_A_MEMBER',
        message: expect.stringMatching(
          /accounted to group:default\/guests, and you do not belong to it\. Ask one of its members/,
        ),
      };
      for (const [role, reasons] of [
        ['stranger', [denied, foreign]],
        ['outsider', [denied, foreign]],
        ['foreign-admin', [foreign]],
        ['member', []],
      ] as const) {
        const { body } = await eligibility(role, BUILT);
        expect(body).toEqual({
          entityRef: BUILT,
          tenant: 'group:default/guests',
          eligible: reasons.length === 0,
          reasons,
        });
      }
    });

    it('does not keep an admin from cancelling its builds', async () => {
      const { id } = await portal.held();
      const answer = await portal.ask(
        'foreign-admin',
        'post',
        `/v1/builds/${id}/cancel`,
      );
      expect(answer.body).toMatchObject({ id, status: 'cancelled' });
    });
  });

  it('answers a request that is sent again under its key only to whom may see its build', async () => {
    const send = () =>
      request(portal.server)
        .post('/api/image-factory/v1/builds')
        .set(
          'Authorization',
          mockCredentials.user.header('user:default/member'),
        )
        .set('Idempotency-Key', 'once')
        .send({ entityRef: BUILT, start: false });
    const first = await send();
    expect((await send()).body.id).toBe(first.body.id);
    const other = await portal
      .ask('stranger', 'post', '/v1/builds', { entityRef: BUILT, start: false })
      .set('Idempotency-Key', 'once');
    expect(other.status).toBe(403);
  });

  it('says that there is no such build to whoever asks for one that there never was', async () => {
    const path = '/v1/builds/00000000-0000-4000-8000-000000000000';
    for (const role of ['stranger', 'member', 'admin'] as const) {
      expect((await portal.ask(role, 'get', path)).status).toBe(404);
    }
  });
});

describe('each permission by itself', () => {
  let denied = '';
  const decide = (
    queries: { permission: { name: string } }[],
    { credentials }: { credentials: BackstageCredentials },
  ): DefinitivePolicyDecision[] =>
    queries.map(({ permission }) => ({
      // Plugins that ask in their own name are denied nothing, as by the real service.
      result:
        permission.name === denied && isOfUser(credentials)
          ? AuthorizeResult.DENY
          : AuthorizeResult.ALLOW,
    }));
  let walk: Walk;

  beforeAll(async () => {
    walk = await startWalk(
      mockServices.permissions.mock({
        authorize: async (queries, options) => decide(queries, options!),
        authorizeConditional: async (queries, options) =>
          decide(queries, options!),
      }).factory,
    );
  });

  afterAll(async () => {
    await walk.portal.stop();
  });

  it.each(ROWS)(
    'is needed for $operation where it is in its row',
    async row => {
      const answers = [];
      for (const { name } of imageFactoryPermissions) {
        const act = await walk.prepare(row, 'member');
        denied = name;
        const { status, body } = await act();
        denied = '';
        const message = body.error?.message ?? '';
        answers.push({
          without: name,
          status,
          names: message.includes(`the permission ${name},`),
        });
      }
      expect(answers).toEqual(
        imageFactoryPermissions.map(({ name }) => ({
          without: name,
          status: row.needs.includes(name)
            ? 403
            : row.statuses[ROLES.indexOf('admin')],
          names: row.needs.includes(name),
        })),
      );
    },
  );

  it('is no way to set the image of an entity that another tenant owns by now, also where the catalog hides it', async () => {
    const { portal } = walk;
    for (const hides of [false, true]) {
      const held = await portal.held();
      await portal.account(held.id, 'group:default/shop');
      denied = hides ? 'catalog.entity.read' : '';
      const answers = await Promise.all(
        ['start', 'retry'].map(act =>
          portal.ask('outsider', 'post', `/v1/builds/${held.id}/${act}`),
        ),
      );
      denied = '';
      for (const { status, text } of answers) {
        expect(status).toBe(403);
        // Who may see the entity may know whose it is.
        expect(text.includes('group:default/guests')).toBe(!hides);
      }
    }
  });

  it('is not told of an entity to whom the catalog does not show it', async () => {
    denied = 'catalog.entity.read';
    const answer = await walk.portal.ask(
      'admin',
      'get',
      `/v1/build-eligibility?entityRef=${BUILT}`,
    );
    denied = '';
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('group:default/guests');
  });
});

function isOfUser({ principal }: BackstageCredentials): boolean {
  return (principal as { type?: string }).type !== 'service';
}
