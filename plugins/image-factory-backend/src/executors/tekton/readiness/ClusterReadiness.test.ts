import { mockServices } from '@backstage/backend-test-utils';
import { setTimeout as delay } from 'node:timers/promises';
import { ClusterSettings } from '../../../clusters';
import {
  Answer,
  ScriptedApiServer,
  json,
} from '../../../clusters/__testUtils__/ScriptedApiServer';
import { ClusterHealth } from '../ClusterHealth';
import { TektonCluster } from '../TektonCluster';
import { TENANT_RULES } from './__testUtils__/tenantRules';
import { ClusterReadiness } from './ClusterReadiness';

const PAYMENTS = 'group:default/payments';
const SEARCH = 'group:default/search';
const METHODS = { baseline: ['docker', 'kaniko'], privileged: ['buildx'] };
const MANY = 500;

/** What the paths of a cluster answer with that has all that builds need. */
function wellPrepared(): Record<string, object> {
  const namespace = (name: string, level: string) => ({
    [`/api/v1/namespaces/${name}`]: {
      metadata: {
        name,
        labels: { 'pod-security.kubernetes.io/enforce': level },
      },
      status: { phase: 'Active' },
    },
    [`/api/v1/namespaces/${name}/serviceaccounts/image-builds`]: {
      metadata: { name: 'image-builds' },
      automountServiceAccountToken: false,
    },
    [`/api/v1/namespaces/${name}/resourcequotas`]: {
      items: [
        {
          metadata: { name: 'q' },
          status: { hard: { pods: '5' }, used: { pods: '1' } },
        },
      ],
    },
    [`/apis/metrics.k8s.io/v1beta1/namespaces/${name}/pods`]: { items: [] },
    [`/api/v1/namespaces/${name}/limitranges`]: {
      items: [
        {
          metadata: { name: 'l' },
          spec: {
            limits: [
              {
                type: 'Container',
                default: { memory: '4Gi', 'ephemeral-storage': '10Gi' },
                defaultRequest: { cpu: '1' },
              },
            ],
          },
        },
      ],
    },
  });
  return {
    '/version': { gitVersion: 'v1.35.4' },
    '/apis/tekton.dev/v1': {},
    '/api/v1/namespaces/tekton-pipelines/configmaps/pipelines-info': {
      data: { version: 'v1.15.0' },
    },
    '/api/v1/namespaces/tekton-pipelines/configmaps/feature-flags': {},
    ...namespace('payments', 'baseline'),
    ...namespace('payments-relaxed', 'privileged'),
    ...namespace('by-rule-search', 'baseline'),
    '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': {
      status: {
        incomplete: false,
        resourceRules: TENANT_RULES,
      },
    },
  };
}

describe('ClusterReadiness on a scripted API server', () => {
  let server: ScriptedApiServer;
  let answers: Record<string, object | undefined>;
  let isAway: boolean;
  let steady: number;
  let slept: number[];
  let readiness: ClusterReadiness | undefined;
  const methods = jest.fn(async () => METHODS);

  beforeEach(async () => {
    answers = wellPrepared();
    isAway = false;
    steady = 0;
    slept = [];
    const answer: Answer = (response, asked) => {
      const object = answers[asked.path];
      if (isAway) response.destroy();
      else if (!object) json(404, {})(response, asked);
      else if ('refused' in object) json(403, {})(response, asked);
      else json(200, object)(response, asked);
    };
    server = await ScriptedApiServer.start(
      ...new Array<Answer>(MANY).fill(answer),
    );
  });

  afterEach(async () => {
    readiness?.stop();
    await server.stop();
  });

  function look(rule?: string): ClusterReadiness {
    const settings: Partial<ClusterSettings> = {
      name: 'eu-1',
      title: 'Europe',
      namespaces: {
        byTenant: { [PAYMENTS]: 'payments' },
        relaxedByTenant: { [PAYMENTS]: 'payments-relaxed' },
        rule,
      },
      serviceAccount: 'image-builds',
      gitSecrets: [{ host: 'git.example.com', secret: 'git-login' }],
      registrySecrets: [],
      pullSecret: 'pull-login',
      placement: { nodeSelector: {}, tolerations: [], resources: undefined },
    };
    const cluster = {
      settings,
      client: async () => server.client(),
    } as unknown as TektonCluster;
    const options = {
      cluster,
      logger: mockServices.logger.mock(),
      now: () => new Date('2026-11-01T10:00:00Z'),
      steady: () => steady,
    };
    readiness = new ClusterReadiness({
      ...options,
      health: new ClusterHealth(options),
      kubernetes: {
        instance: 'test',
        stepImages: { git: `r.example.com/git@sha256:${'0'.repeat(64)}` },
      },
      methods,
      sleep: async milliseconds => {
        slept.push(milliseconds);
        steady += milliseconds;
      },
    });
    return readiness;
  }

  const again = { refresh: true };
  const known = { refresh: false };

  it('finds a cluster and both namespaces of a tenant ready, but for Secrets, which it may not look at', async () => {
    const found = await look().tell(known);
    expect(found).toMatchObject({
      status: 'ready',
      checkedAt: '2026-11-01T10:00:00.000Z',
      namespaces: [
        { tenant: PAYMENTS, namespace: 'payments', podSecurity: 'baseline' },
        { namespace: 'payments-relaxed', podSecurity: 'privileged' },
      ],
    });
    const all = [found, ...found.namespaces].flatMap(each => each.findings);
    expect(all.filter(({ status }) => status !== 'ready')).toEqual(
      new Array(2).fill({
        check: 'secrets',
        status: 'unknown',
        message: expect.stringContaining('git-login, pull-login'),
        hint: expect.stringContaining('event'),
      }),
    );
    expect(all.map(({ check }) => check)).toEqual([
      ...['api', 'tekton', 'feature-flags', 'step-images'],
      ...new Array(2)
        .fill([
          'namespace',
          'pod-security',
          'service-account',
          'quota',
          'limit-range',
          'rights',
          'excess-rights',
          'secrets',
          'usage',
        ])
        .flat(),
    ]);
  });

  it('is none the worse for a metrics server that is not there, and says so', async () => {
    delete answers['/apis/metrics.k8s.io/v1beta1/namespaces/payments/pods'];
    const looked = look();
    const { status, namespaces } = await looked.tell(known);
    expect(namespaces[0].findings.at(-1)).toMatchObject({
      check: 'usage',
      status: 'unknown',
      message: expect.stringContaining('no metrics server'),
    });
    expect([status, namespaces[0].status]).toEqual(['ready', 'ready']);
    expect(looked.obstacles()).toEqual({ cluster: undefined, tenants: [] });
  });

  it('holds back the builds that need what is missing, and no others', async () => {
    const path =
      '/api/v1/namespaces/payments-relaxed/serviceaccounts/image-builds';
    delete answers[path];
    const looked = look();
    expect((await looked.tell(known)).status).toBe('missing');
    expect(looked.obstacles()).toEqual({
      cluster: undefined,
      tenants: [
        {
          tenant: PAYMENTS,
          methods: ['buildx'],
          message: `The cluster eu-1 is not ready for builds of ${PAYMENTS}. The ServiceAccount image-builds, which builds run as, does not exist.`,
          hint: expect.stringMatching(/^For a portal admin: Apply/),
        },
      ],
    });
    answers[path] = {
      metadata: { name: 'image-builds' },
      automountServiceAccountToken: false,
    };
    expect((await looked.tell(again)).status).toBe('ready');
    expect(looked.obstacles().tenants).toEqual([]);
  });

  it('holds back all builds where the cluster itself lacks what they need', async () => {
    delete answers['/apis/tekton.dev/v1'];
    const looked = look();
    await looked.tell(known);
    expect(looked.obstacles().cluster).toEqual({
      message: expect.stringContaining('Tekton Pipelines is not there'),
      hint: expect.stringContaining('Install Tekton Pipelines'),
    });
  });

  it('takes a namespace that it may do nothing in for one that is not there', async () => {
    for (const path of Object.keys(answers)) {
      if (path.startsWith('/api/v1/namespaces/payments')) {
        answers[path] = { refused: true };
      }
    }
    answers['/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'] = {
      status: { incomplete: false, resourceRules: [] },
    };
    const { namespaces } = await look().tell(known);
    expect(namespaces[0].findings).toEqual([
      {
        check: 'namespace',
        status: 'missing',
        message:
          'The namespace payments does not exist, or the portal may do nothing there.',
        hint: expect.stringContaining('deploy/kubernetes'),
      },
    ]);
  });

  it('does not take a right that it lacks for a thing that is missing', async () => {
    answers['/api/v1/namespaces/payments'] = { refused: true };
    answers['/api/v1/namespaces/payments/resourcequotas'] = { refused: true };
    const looked = look();
    const { status, namespaces } = await looked.tell(known);
    const unknown = namespaces[0].findings
      .filter(finding => finding.status === 'unknown')
      .map(({ check }) => check);
    expect(unknown).toEqual(['namespace', 'pod-security', 'quota', 'secrets']);
    expect(namespaces[0].status).toBe('unknown');
    expect(status).toBe('unknown');
    expect(looked.obstacles().tenants).toEqual([]);
  });

  it('knows nothing of a cluster that does not answer, forgets no obstacle over that, and says so at once', async () => {
    delete answers['/api/v1/namespaces/payments'];
    const looked = look();
    await looked.tell(known);
    isAway = true;
    steady += 20_000;
    const asked = server.asked.length;
    const { status, findings, namespaces } = await looked.tell(again);
    expect(status).toBe('unknown');
    expect(findings[0]).toMatchObject({
      check: 'api',
      status: 'unknown',
      message: 'The cluster eu-1 does not answer.',
    });
    expect(namespaces.map(({ findings: [{ message }] }) => message)).toEqual(
      new Array(2).fill(expect.stringContaining('was not looked at')),
    );
    expect(server.asked.length - asked).toBe(1);
    expect(looked.obstacles().tenants).toMatchObject([
      { tenant: PAYMENTS, methods: METHODS.baseline },
    ]);
  });

  it('sees soon that a cluster is back', async () => {
    const looked = look();
    isAway = true;
    expect((await looked.tell(known)).status).toBe('unknown');
    isAway = false;
    steady += 16_000;
    looked.obstacles();
    while ((await looked.tell(known)).status === 'unknown') await delay(10);
    expect((await looked.tell(known)).status).toBe('ready');
  });

  it('asks nothing more of a cluster that has gone away in the middle of a look', async () => {
    const looked = look();
    await looked.tell(known);
    isAway = true;
    const asked = server.asked.length;
    const { namespaces } = await looked.tell(again);
    expect(server.asked.length - asked).toBeLessThanOrEqual(2);
    expect(namespaces.map(({ status }) => status)).toEqual([
      'unknown',
      'unknown',
    ]);
  });

  it('looks once a minute at most, and more often while it holds builds back', async () => {
    const looked = look();
    const looks = async (after: number) => {
      steady += after;
      const before = methods.mock.calls.length;
      looked.obstacles();
      // It is what a look asks for last.
      while (methods.mock.calls.length === before) await delay(10);
      await delay(10);
    };
    const looksNot = async (after: number) => {
      steady += after;
      const before = server.asked.length;
      looked.obstacles();
      await delay(50);
      expect(server.asked).toHaveLength(before);
    };
    await looks(0);
    await looksNot(59_000);
    delete answers['/api/v1/namespaces/payments'];
    await looks(1_000);
    await looksNot(14_000);
    await looks(1_000);
  });

  const looksSoFar = () =>
    server.asked.filter(({ path }) => path === '/apis/tekton.dev/v1').length;

  it('looks afresh once in five seconds at most, for all who ask meanwhile', async () => {
    const looked = look();
    await looked.tell(again);
    expect(slept).toEqual([]);
    await Promise.all(Array.from({ length: 20 }, () => looked.tell(again)));
    expect(slept).toEqual([5_000]);
    expect(looksSoFar()).toBe(2);
    steady += 5_000;
    await looked.tell(again);
    expect(slept).toEqual([5_000]);
    expect(looksSoFar()).toBe(3);
  });

  it('looks once more after a look that had begun before it was asked to', async () => {
    const looked = look();
    const first = looked.tell(known);
    await server.untilAsked(1);
    const [begun, ...later] = await Promise.all([
      first,
      looked.tell(again),
      looked.tell(again),
    ]);
    expect(looksSoFar()).toBe(2);
    expect(later[0]).not.toBe(begun);
    expect(later[0]).toBe(later[1]);
  });

  it('does not look again and again where a look fails', async () => {
    const looked = look();
    methods.mockRejectedValue(new Error('the database is away'));
    await expect(looked.tell(known)).rejects.toThrow('away');
    for (let index = 0; index < 10; index += 1) looked.obstacles();
    await delay(50);
    expect(looksSoFar()).toBe(1);
    methods.mockImplementation(async () => METHODS);
    expect((await looked.tell(known)).status).toBe('ready');
    expect(slept).toEqual([5_000]);
  });

  it('looks at the namespaces that a rule gives once their tenants have come', async () => {
    const looked = look('by-rule-{tenant}');
    looked.meet(SEARCH);
    looked.meet(PAYMENTS);
    looked.meet('user:default/nobody');
    const { namespaceRule, namespaces, status } = await looked.tell(known);
    expect(namespaceRule).toBe('by-rule-{tenant}');
    expect(namespaces.map(({ namespace }) => namespace)).toEqual([
      'payments',
      'by-rule-search',
      'payments-relaxed',
    ]);
    expect(status).toBe('ready');
  });
});
