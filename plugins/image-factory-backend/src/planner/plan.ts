import { place } from './placement';
import {
  ExecutorCapacity,
  Plan,
  PlanInput,
  PlanLimits,
  QueuedBuild,
  TenantLimits,
} from './types';

/** The limits that hold for a tenant. */
export function limitsOf(limits: PlanLimits, tenant: string): TenantLimits {
  return Object.hasOwn(limits.tenants, tenant)
    ? limits.tenants[tenant]
    : limits.defaultTenant;
}

/**
 * The priority class of a build now: its own, raised by one for each full
 * `promoteAfterMs` of waiting, up to the highest class that there is. Further
 * up, age would outweigh the fair share of tenants: whoever has the longest
 * backlog would get every free place.
 */
export function effectivePriority(
  build: QueuedBuild,
  options: { now: number; promoteAfterMs: number; highest: number },
): number {
  const { now, promoteAfterMs, highest } = options;
  const waited = Math.max(0, now - build.queuedAt);
  return Math.min(
    highest,
    build.priority + Math.floor(waited / promoteAfterMs),
  );
}

type Rank = { priority: number; load: number; build: QueuedBuild };

/** Sorts by class, then by the tenant's weighted load, then by age. The id settles what is left, so that a plan is a function of its input. */
function goesBefore(a: Rank, b: Rank): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.load !== b.load) return a.load < b.load;
  if (a.build.queuedAt !== b.build.queuedAt) {
    return a.build.queuedAt < b.build.queuedAt;
  }
  return a.build.id < b.build.id;
}

/**
 * Decides which queued builds start now, and why the others wait.
 *
 * Weighted max-min fairness: of those that may run, the next pick is always a
 * build of the highest class whose tenant has the least running for its weight.
 * Whoever may not run (tenant at its limit, nothing to run on) is skipped; the
 * head of the queue never blocks those behind it.
 *
 * Pure: no clock, no randomness, no input is changed. The same function
 * schedules and answers what-if.
 */
export function plan(input: PlanInput): Plan {
  const { now, limits } = input;
  const active = new Map(Object.entries(input.activeByTenant));
  const executors: ExecutorCapacity[] = input.executors.map(e => ({ ...e }));
  const picks: Plan['picks'] = [];
  const picked = new Set<string>();
  const highest = input.queue.reduce(
    (most, build) => Math.max(most, build.priority),
    Number.NEGATIVE_INFINITY,
  );
  let running = [...active.values()].reduce((sum, count) => sum + count, 0);

  while (picks.length < limits.batch && running < limits.maxRunning) {
    let best: (Rank & { executor: string }) | undefined;
    for (const build of input.queue) {
      if (picked.has(build.id)) continue;
      const tenantLimits = limitsOf(limits, build.tenant);
      const tenantActive = active.get(build.tenant) ?? 0;
      if (tenantActive >= tenantLimits.maxRunning) continue;
      const rank: Rank = {
        priority: effectivePriority(build, {
          now,
          promoteAfterMs: limits.promoteAfterMs,
          highest,
        }),
        load: tenantActive / tenantLimits.weight,
        build,
      };
      if (best && !goesBefore(rank, best)) continue;
      const placement = place(build, executors);
      if ('executor' in placement) {
        best = { ...rank, executor: placement.executor };
      }
    }
    if (!best) break;

    const { build, executor } = best;
    picks.push({ buildId: build.id, executor });
    picked.add(build.id);
    active.set(build.tenant, (active.get(build.tenant) ?? 0) + 1);
    executors.find(e => e.id === executor)!.running += 1;
    running += 1;
  }

  const waits = new Map<string, Plan['waits'][number]>();
  for (const build of input.queue) {
    if (picked.has(build.id)) continue;
    const key = JSON.stringify([build.tenant, build.placementKey]);
    if (waits.has(key)) continue;
    const { maxRunning } = limitsOf(limits, build.tenant);
    const tenantActive = active.get(build.tenant) ?? 0;
    const placement = place(build, executors);
    const common = { tenant: build.tenant, placementKey: build.placementKey };
    // What no limit will ever mend is told first.
    if ('reason' in placement && placement.reason.code !== 'EXECUTOR_FULL') {
      waits.set(key, { ...common, reason: placement.reason });
    } else if (tenantActive >= maxRunning) {
      waits.set(key, {
        ...common,
        reason: {
          code: 'TENANT_LIMIT',
          data: {
            tenant: build.tenant,
            running: tenantActive,
            limit: maxRunning,
          },
        },
      });
    } else if ('reason' in placement) {
      waits.set(key, { ...common, reason: placement.reason });
    } else if (running >= limits.maxRunning) {
      waits.set(key, {
        ...common,
        reason: {
          code: 'PORTAL_LIMIT',
          data: { running, limit: limits.maxRunning },
        },
      });
    }
  }
  return { picks, waits: [...waits.values()] };
}
