import fc from 'fast-check';
import { limitsOf, plan } from './plan';
import { ExecutorCapacity, PlanInput, PlanLimits, QueuedBuild } from './types';

const NOW = Date.parse('2026-01-01T12:00:00.000Z');
const MINUTE = 60_000;

function limits(overrides: Partial<PlanLimits> = {}): PlanLimits {
  return {
    maxRunning: 100,
    defaultTenant: { maxRunning: 10, weight: 1 },
    tenants: {},
    promoteAfterMs: 10 * MINUTE,
    batch: 100,
    ...overrides,
  };
}

function executor(overrides: Partial<ExecutorCapacity> = {}): ExecutorCapacity {
  return {
    id: 'local',
    type: 'local',
    available: true,
    maxRunning: 50,
    running: 0,
    methods: { docker: { available: true } },
    ...overrides,
  };
}

function build(overrides: Partial<QueuedBuild> = {}): QueuedBuild {
  return {
    id: 'build-1',
    tenant: 'group:default/a',
    placementKey: 'key',
    method: 'docker',
    infrastructure: 'auto',
    priority: 0,
    queuedAt: NOW - MINUTE,
    ...overrides,
  };
}

function input(overrides: Partial<PlanInput> = {}): PlanInput {
  return {
    now: NOW,
    queue: [],
    activeByTenant: {},
    executors: [executor()],
    limits: limits(),
    ...overrides,
  };
}

describe('plan', () => {
  it('starts a build where there is room', () => {
    expect(plan(input({ queue: [build()] }))).toEqual({
      picks: [{ buildId: 'build-1', executor: 'local' }],
      waits: [],
    });
  });

  it('skips a tenant at its limit and goes on with those behind it', () => {
    const result = plan(
      input({
        queue: [
          build({ id: 'first', tenant: 'a', queuedAt: NOW - 5 * MINUTE }),
          build({ id: 'second', tenant: 'b', queuedAt: NOW - MINUTE }),
        ],
        activeByTenant: { a: 3 },
        limits: limits({ tenants: { a: { maxRunning: 3, weight: 1 } } }),
      }),
    );
    expect(result.picks).toEqual([{ buildId: 'second', executor: 'local' }]);
    expect(result.waits).toEqual([
      {
        tenant: 'a',
        placementKey: 'key',
        reason: {
          code: 'TENANT_LIMIT',
          data: { tenant: 'a', running: 3, limit: 3 },
        },
      },
    ]);
  });

  it('shares what there is by weight, not by who came first', () => {
    const queue = ['a', 'b'].flatMap(tenant =>
      Array.from({ length: 9 }, (_, index) =>
        build({
          id: `${tenant}-${index}`,
          tenant,
          queuedAt: NOW - MINUTE + index - (tenant === 'a' ? 1000 : 0),
        }),
      ),
    );
    const { picks } = plan(
      input({
        queue,
        executors: [executor({ maxRunning: 9 })],
        limits: limits({ tenants: { b: { maxRunning: 10, weight: 2 } } }),
      }),
    );
    const ofB = picks.filter(pick => pick.buildId.startsWith('b'));
    expect(picks).toHaveLength(9);
    expect(ofB).toHaveLength(6);
  });

  it('lets a higher class go first, and a build that has waited long enough rise to it', () => {
    const queue = [
      build({ id: 'new-high', priority: 1, queuedAt: NOW - MINUTE }),
      build({ id: 'old-low', priority: 0, queuedAt: NOW - 11 * MINUTE }),
    ];
    const one = limits({ batch: 1 });
    expect(plan(input({ queue, limits: one })).picks[0].buildId).toBe(
      'old-low',
    );
    queue[1].queuedAt = NOW - 9 * MINUTE;
    expect(plan(input({ queue, limits: one })).picks[0].buildId).toBe(
      'new-high',
    );
  });

  it('gives a free place to the tenant with less running, however long the other one has waited', () => {
    const { picks } = plan(
      input({
        queue: [
          build({ id: 'old', tenant: 'a', queuedAt: NOW - 500 * MINUTE }),
          build({ id: 'new', tenant: 'b', queuedAt: NOW - MINUTE }),
        ],
        activeByTenant: { a: 1 },
        limits: limits({ batch: 1 }),
      }),
    );
    expect(picks.map(pick => pick.buildId)).toEqual(['new']);
  });

  it('says that the portal is at its limit where that is why', () => {
    const { waits } = plan(
      input({
        queue: [build()],
        activeByTenant: { other: 2 },
        limits: limits({ maxRunning: 2 }),
      }),
    );
    expect(waits[0].reason).toEqual({
      code: 'PORTAL_LIMIT',
      data: { running: 2, limit: 2 },
    });
  });

  it('holds back the builds of a tenant that an executor cannot run, and no others', () => {
    const blocked = executor({
      id: 'eu-1',
      methods: { docker: { available: true }, buildx: { available: true } },
      blocked: [
        { tenant: 'a', methods: ['buildx'], message: 'm', hint: 'h' },
        { tenant: 'b', message: 'm', hint: 'h' },
      ],
    });
    const queue = [
      build({ id: 'a-docker', tenant: 'a' }),
      build({ id: 'a-buildx', tenant: 'a', method: 'buildx' }),
      build({ id: 'b-docker', tenant: 'b' }),
      build({ id: 'c-buildx', tenant: 'c', method: 'buildx' }),
    ];
    const started = (executors: ExecutorCapacity[]) =>
      plan(input({ queue, executors })).picks.map(
        pick => `${pick.buildId} on ${pick.executor}`,
      );
    expect(started([blocked])).toEqual([
      'a-docker on eu-1',
      'c-buildx on eu-1',
    ]);
    expect(started([blocked, executor()])).toContain('b-docker on local');
  });

  it.each([
    [
      'EXECUTOR_FULL',
      [executor({ maxRunning: 2, running: 2 })],
      { executor: 'local', running: 2, limit: 2 },
    ],
    [
      'EXECUTOR_FULL',
      [executor({ maxRunning: 2, running: 5, throttled: 'It is slow.' })],
      { executor: 'local', running: 5, limit: 2, throttled: 'It is slow.' },
    ],
    [
      'EXECUTOR_UNAVAILABLE',
      [
        executor({
          blocked: [{ tenant: 'group:default/a', message: 'm', hint: 'h' }],
        }),
      ],
      { executor: 'local', message: 'm', hint: 'h' },
    ],
    [
      'TOOL_MISSING',
      [
        executor({
          methods: { docker: { available: false, message: 'm', hint: 'h' } },
        }),
      ],
      { executor: 'local', message: 'm', hint: 'h' },
    ],
    [
      'EXECUTOR_UNAVAILABLE',
      [executor({ available: false, methods: {}, message: 'm', hint: 'h' })],
      { executor: 'local', message: 'm', hint: 'h' },
    ],
  ])(
    'tells %s where that is why nothing can take a build',
    (code, executors, data) => {
      const { picks, waits } = plan(input({ queue: [build()], executors }));
      expect(picks).toEqual([]);
      expect(waits).toEqual([
        expect.objectContaining({ reason: { code, data } }),
      ]);
    },
  );

  it('leaves an executor that has no place for the tenant to others', () => {
    const cluster = executor({
      id: 'cluster',
      type: 'kubernetes',
      tenants: ['group:default/b'],
    });
    expect(
      plan(
        input({
          queue: [
            build({ id: 'a', tenant: 'group:default/a' }),
            build({ id: 'b', tenant: 'group:default/b' }),
          ],
          executors: [cluster],
        }),
      ),
    ).toEqual({
      picks: [{ buildId: 'b', executor: 'cluster' }],
      waits: [
        {
          tenant: 'group:default/a',
          placementKey: 'key',
          reason: {
            code: 'EXECUTOR_UNAVAILABLE',
            data: {
              executor: 'cluster',
              message:
                'Executor cluster has no place for builds of group:default/a.',
              hint: expect.stringContaining('namespace'),
            },
          },
        },
      ],
    });
  });

  it('has builds run elsewhere that an executor has no place for, though it has one for others of their method or tenant', () => {
    const noPlace = { message: 'No namespace.', hint: 'Name one.' };
    const methods = {
      docker: { available: true },
      buildx: { available: true },
    };
    const cluster = executor({
      id: 'cluster',
      type: 'kubernetes',
      maxRunning: 100,
      methods,
      withoutPlace: [
        { tenant: 'user:default/a', method: 'docker', ...noPlace },
        { tenant: 'group:default/b', method: 'buildx', ...noPlace },
      ],
    });
    const { picks, waits } = plan(
      input({
        queue: [
          build({ id: '1', tenant: 'user:default/a' }),
          build({ id: '2', tenant: 'group:default/b', method: 'buildx' }),
          build({ id: '3', tenant: 'group:default/b' }),
          build({
            id: '4',
            tenant: 'user:default/a',
            infrastructure: 'kubernetes',
            placementKey: 'explicit',
          }),
        ],
        executors: [cluster, executor({ methods })],
      }),
    );
    expect(
      [...picks].sort((a, b) => a.buildId.localeCompare(b.buildId)),
    ).toEqual([
      { buildId: '1', executor: 'local' },
      { buildId: '2', executor: 'local' },
      { buildId: '3', executor: 'cluster' },
    ]);
    expect(waits).toEqual([
      {
        tenant: 'user:default/a',
        placementKey: 'explicit',
        reason: {
          code: 'EXECUTOR_UNAVAILABLE',
          data: { executor: 'cluster', ...noPlace },
        },
      },
    ]);
  });

  it('says that no executor is configured where none suits the infrastructure', () => {
    const { waits } = plan(
      input({ queue: [build({ infrastructure: 'kubernetes' })] }),
    );
    expect(waits[0].reason).toEqual({
      code: 'EXECUTOR_UNAVAILABLE',
      data: {
        message: 'No executor is configured for kubernetes.',
        hint: expect.stringContaining('imageFactory.executors'),
      },
    });
  });

  it('tells a missing tool also to a tenant at its limit, since no limit will mend that', () => {
    const { waits } = plan(
      input({
        queue: [build()],
        activeByTenant: { 'group:default/a': 10 },
        executors: [
          executor({ methods: { docker: { available: false, message: 'm' } } }),
        ],
      }),
    );
    expect(waits[0].reason.code).toBe('TOOL_MISSING');
  });

  it('sends builds to the executor with the most room', () => {
    const { picks } = plan(
      input({
        queue: [build({ id: '1' }), build({ id: '2' }), build({ id: '3' })],
        executors: [
          executor({ id: 'x', maxRunning: 2 }),
          executor({ id: 'y', maxRunning: 3 }),
        ],
      }),
    );
    expect(picks.map(pick => pick.executor).sort()).toEqual(['x', 'y', 'y']);
  });
});

describe('plan, for any queue', () => {
  const tenants = ['a', 'b', 'c', 'd'];
  const anyInput: fc.Arbitrary<PlanInput> = fc.record({
    now: fc.constant(NOW),
    queue: fc
      .array(
        fc.record({
          tenant: fc.constantFrom(...tenants),
          placementKey: fc.constantFrom('k1', 'k2'),
          method: fc.constantFrom('docker', 'nix'),
          infrastructure: fc.constantFrom('auto', 'x', 'kubernetes'),
          priority: fc.integer({ min: 0, max: 2 }),
          age: fc.integer({ min: 0, max: 60 * MINUTE }),
        }),
        { maxLength: 40 },
      )
      .map(builds =>
        builds.map(({ age, ...rest }, index) => ({
          ...rest,
          id: `build-${index}`,
          queuedAt: NOW - age,
        })),
      ),
    activeByTenant: fc.dictionary(
      fc.constantFrom(...tenants),
      fc.integer({ min: 0, max: 5 }),
    ),
    executors: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('x', 'y', 'z'),
        type: fc.constant('local'),
        available: fc.boolean(),
        maxRunning: fc.integer({ min: 1, max: 6 }),
        running: fc.integer({ min: 0, max: 7 }),
        methods: fc.record({
          docker: fc.record({ available: fc.boolean() }),
        }),
      }),
      { selector: each => each.id, maxLength: 3 },
    ),
    limits: fc.record({
      maxRunning: fc.integer({ min: 1, max: 20 }),
      defaultTenant: fc.record({
        maxRunning: fc.integer({ min: 1, max: 5 }),
        weight: fc.integer({ min: 1, max: 4 }),
      }),
      tenants: fc.dictionary(
        fc.constantFrom(...tenants),
        fc.record({
          maxRunning: fc.integer({ min: 1, max: 5 }),
          weight: fc.integer({ min: 1, max: 4 }),
        }),
      ),
      promoteAfterMs: fc.constant(10 * MINUTE),
      batch: fc.integer({ min: 1, max: 10 }),
    }),
  });

  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

  function after(given: PlanInput) {
    const { picks, waits } = plan(given);
    const byId = new Map(given.queue.map(each => [each.id, each]));
    const active = { ...given.activeByTenant };
    const running = Object.fromEntries(
      given.executors.map(each => [each.id, each.running]),
    );
    for (const pick of picks) {
      const { tenant } = byId.get(pick.buildId)!;
      active[tenant] = (active[tenant] ?? 0) + 1;
      running[pick.executor] += 1;
    }
    return { picks, waits, byId, active, running };
  }

  it('never exceeds a limit of a tenant, of an executor, of the whole or of the batch', () => {
    fc.assert(
      fc.property(anyInput, given => {
        const { picks, active, running } = after(given);
        expect(picks.length).toBeLessThanOrEqual(given.limits.batch);
        // What ran before may be above a limit that was lowered since; nothing
        // is added to it then.
        const before = given.activeByTenant;
        expect(sum(Object.values(active))).toBeLessThanOrEqual(
          Math.max(given.limits.maxRunning, sum(Object.values(before))),
        );
        for (const [tenant, count] of Object.entries(active)) {
          expect(count).toBeLessThanOrEqual(
            Math.max(
              limitsOf(given.limits, tenant).maxRunning,
              before[tenant] ?? 0,
            ),
          );
        }
        for (const each of given.executors) {
          expect(running[each.id]).toBeLessThanOrEqual(
            Math.max(each.maxRunning, each.running),
          );
        }
      }),
    );
  });

  it('starts no build twice, and none where it cannot run', () => {
    fc.assert(
      fc.property(anyInput, given => {
        const { picks, byId } = after(given);
        expect(new Set(picks.map(pick => pick.buildId)).size).toBe(
          picks.length,
        );
        for (const pick of picks) {
          const { method, infrastructure } = byId.get(pick.buildId)!;
          const chosen = given.executors.find(
            each => each.id === pick.executor,
          )!;
          expect(chosen.available).toBe(true);
          expect(chosen.methods[method]?.available).toBe(true);
          expect(['auto', chosen.id, chosen.type]).toContain(infrastructure);
        }
      }),
    );
  });

  it('leaves nothing idle: whoever is left behind is held by a limit, an executor or the batch', () => {
    fc.assert(
      fc.property(anyInput, given => {
        const { picks, waits, active, running } = after(given);
        if (picks.length === given.limits.batch) return;
        if (sum(Object.values(active)) >= given.limits.maxRunning) return;
        const picked = new Set(picks.map(pick => pick.buildId));
        for (const each of given.queue.filter(one => !picked.has(one.id))) {
          const tenantFull =
            (active[each.tenant] ?? 0) >=
            limitsOf(given.limits, each.tenant).maxRunning;
          const canRun = given.executors.some(
            one =>
              ['auto', one.id, one.type].includes(each.infrastructure) &&
              one.available &&
              one.methods[each.method]?.available &&
              running[one.id] < one.maxRunning,
          );
          expect(tenantFull || !canRun).toBe(true);
          expect(
            waits.some(
              wait =>
                wait.tenant === each.tenant &&
                wait.placementKey === each.placementKey,
            ),
          ).toBe(true);
        }
      }),
    );
  });

  it('gives the same plan for the same input in any order, and changes no input', () => {
    fc.assert(
      fc.property(anyInput, fc.infiniteStream(fc.nat()), (given, stream) => {
        const frozen = JSON.stringify(given);
        const { picks } = plan(given);
        expect(JSON.stringify(given)).toBe(frozen);
        const shuffled = [...given.queue]
          .map(each => ({ each, key: stream.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        expect(plan({ ...given, queue: shuffled }).picks).toEqual(picks);
      }),
    );
  });

  it('starves nobody: with builds of a higher class arriving without end, an old one starts all the same', () => {
    const waiting = build({ id: 'old', tenant: 'a', queuedAt: NOW });
    const one = limits({ batch: 1 });
    let now = NOW;
    let startedAfter: number | undefined;
    for (let round = 1; startedAfter === undefined && round <= 100; round++) {
      now += MINUTE;
      const rival = build({
        id: `rival-${round}`,
        tenant: 'b',
        priority: 2,
        queuedAt: now,
      });
      const { picks } = plan(
        input({ now, queue: [waiting, rival], limits: one }),
      );
      if (picks[0].buildId === 'old') startedAfter = round;
    }
    expect(startedAfter).toBe(20);
  });
});
