import { mockServices } from '@backstage/backend-test-utils';
import { ScriptedExecutor } from './__testUtils__/ScriptedExecutor';
import { ClusterSettings } from './clusters';
import {
  Answer,
  ScriptedApiServer,
  json,
} from './clusters/__testUtils__/ScriptedApiServer';
import { ExecutorMonitor, toCapacity } from './dispatcher';
import { TektonExecutor } from './executors/tekton';
import { createTekton } from './executors/tekton/__testUtils__/createTekton';
import { MethodRegistry, buildxMethod, dockerMethod } from './methods';
import { place } from './planner';
import { withBundledTemplates } from './withBundledTemplates';

const PAYMENTS = 'group:default/payments';

/** Enough for any number of looks. */
const MANY = 500;

const answer: Answer = (response, asked) =>
  asked.path === '/version'
    ? json(200, { gitVersion: 'v1.35.4' })(response, asked)
    : json(404, {})(response, asked);

describe('Where builds go that ask for no executor', () => {
  let server: ScriptedApiServer;
  let cluster: TektonExecutor;
  let local: ScriptedExecutor;

  beforeEach(async () => {
    server = await ScriptedApiServer.start(...new Array(MANY).fill(answer));
    local = new ScriptedExecutor('local');
    local.maxRunning = 1;
    local.methods = ['docker', 'buildx'];
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await cluster.stop();
    await server.stop();
  });

  async function placeOf(
    namespaces: Partial<ClusterSettings['namespaces']>,
    build: { tenant: string; method: string; infrastructure?: string },
  ) {
    const methods = new MethodRegistry();
    methods.register(withBundledTemplates(dockerMethod));
    methods.register(withBundledTemplates(buildxMethod));
    cluster = createTekton(server, { methods, namespaces });
    const monitor = ExecutorMonitor.create({
      executors: () => [cluster, local],
      logger: mockServices.logger.mock(),
    });
    const asked = { infrastructure: 'auto', ...build };
    const observed = await monitor.observe();
    const capacities = observed.map(each => ({
      ...toCapacity(each, 0, [asked]),
      // What the cluster lacks beside a place is told elsewhere.
      available: true,
      methods: { docker: { available: true }, buildx: { available: true } },
      blocked: [],
    }));
    return place(asked, capacities);
  }

  it.each([
    ['a user', 'user:default/ann'],
    ['an entity without an owner', 'default'],
    ['a group of another namespace', 'group:other/payments'],
  ])(
    'go elsewhere where they are of %s, whom no rule gives a namespace',
    async (_, tenant) => {
      const namespaces = { rule: 'builds-{tenant}' };
      const build = { tenant, method: 'docker' };
      expect(await placeOf(namespaces, build)).toEqual({ executor: 'local' });
      await cluster.stop();
      expect(
        await placeOf(namespaces, { ...build, infrastructure: 'kubernetes' }),
      ).toEqual({
        reason: {
          code: 'EXECUTOR_UNAVAILABLE',
          data: {
            executor: 'prod',
            message: `The cluster prod has no namespace for ${tenant}, nor does its rule give one.`,
            hint: expect.stringContaining('imageFactory.executors.kubernetes'),
          },
        },
      });
    },
  );

  it('go to the cluster where its rule gives their tenant a namespace', async () => {
    expect(
      await placeOf(
        { rule: 'builds-{tenant}' },
        { tenant: PAYMENTS, method: 'docker' },
      ),
    ).toEqual({ executor: 'prod' });
  });

  it('go elsewhere where only others have a namespace for pods like theirs', async () => {
    const namespaces = {
      byTenant: { [PAYMENTS]: 'payments', 'group:default/search': 'search' },
      relaxedByTenant: { 'group:default/search': 'search-relaxed' },
    };
    const build = { tenant: PAYMENTS, method: 'buildx' };
    expect(await placeOf(namespaces, build)).toEqual({ executor: 'local' });
    await cluster.stop();
    expect(
      await placeOf(namespaces, { ...build, infrastructure: 'prod' }),
    ).toMatchObject({
      reason: {
        data: {
          message: expect.stringMatching(/^The method buildx needs more than/),
          hint: expect.stringContaining('relaxedNamespace'),
        },
      },
    });
    await cluster.stop();
    expect(
      await placeOf(namespaces, { ...build, tenant: 'group:default/search' }),
    ).toEqual({ executor: 'prod' });
    await cluster.stop();
    // Another method would not help whoever has no namespace at all.
    expect(
      await placeOf(namespaces, {
        ...build,
        tenant: 'default',
        infrastructure: 'prod',
      }),
    ).toMatchObject({
      reason: {
        data: { message: 'The cluster prod has no namespace for default.' },
      },
    });
  });
});
