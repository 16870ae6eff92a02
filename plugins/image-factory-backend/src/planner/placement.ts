import { StoredWaitReason } from '../model';
import { ExecutorCapacity, QueuedBuild } from './types';

/** Where a build can go now, or why nowhere. */
export type Placement = { executor: string } | { reason: StoredWaitReason };

/** Whether a build asks for an executor, or for none. */
function suits(executor: ExecutorCapacity, infrastructure: string): boolean {
  return ['auto', executor.id, executor.type].includes(infrastructure);
}

function whyNoPlace(
  executor: ExecutorCapacity,
  { tenant, method }: Pick<QueuedBuild, 'method' | 'tenant'>,
): { message: string; hint: string } | undefined {
  const told = executor.withoutPlace?.find(
    each => each.tenant === tenant && each.method === method,
  );
  if (told) return { message: told.message, hint: told.hint };
  if (executor.tenants?.includes(tenant) ?? true) return undefined;
  return {
    message: `Executor ${executor.id} has no place for builds of ${tenant}.`,
    hint: 'A portal admin gives the tenant a namespace on the cluster, under imageFactory.executors.kubernetes.',
  };
}

/**
 * Finds the executor with the most room for a build. Where there is none, the
 * reason is the one that is nearest to going away: a full executor before one
 * that lacks a tool, and that before one that is down.
 */
export function place(
  build: Pick<QueuedBuild, 'method' | 'infrastructure' | 'tenant'>,
  executors: ExecutorCapacity[],
): Placement {
  let best: { executor: string; room: number } | undefined;
  let full: StoredWaitReason | undefined;
  let toolMissing: StoredWaitReason | undefined;
  let unavailable: StoredWaitReason | undefined;
  let blocked: StoredWaitReason | undefined;
  let withoutPlace: StoredWaitReason | undefined;

  for (const executor of executors) {
    if (!suits(executor, build.infrastructure)) {
      continue;
    }
    const noPlace = whyNoPlace(executor, build);
    if (noPlace) {
      withoutPlace ??= {
        code: 'EXECUTOR_UNAVAILABLE',
        data: { executor: executor.id, ...noPlace },
      };
      continue;
    }
    const block = executor.blocked?.find(
      ({ tenant, methods }) =>
        tenant === build.tenant && (methods?.includes(build.method) ?? true),
    );
    const method = executor.methods[build.method];
    // An executor that is of no use for want of a tool says which one; that is
    // told rather than that it is of no use.
    if (method ? !method.available : executor.available) {
      toolMissing ??= {
        code: 'TOOL_MISSING',
        data: {
          executor: executor.id,
          message:
            method?.message ??
            `Executor ${executor.id} cannot run the method ${build.method}.`,
          hint: method?.hint,
        },
      };
    } else if (!executor.available) {
      unavailable ??= {
        code: 'EXECUTOR_UNAVAILABLE',
        data: {
          executor: executor.id,
          message:
            executor.message ?? `Executor ${executor.id} is not available.`,
          hint: executor.hint,
        },
      };
    } else if (block) {
      blocked ??= {
        code: 'EXECUTOR_UNAVAILABLE',
        data: {
          executor: executor.id,
          message: block.message,
          hint: block.hint,
        },
      };
    } else if (executor.running >= executor.maxRunning) {
      full ??= {
        code: 'EXECUTOR_FULL',
        data: {
          executor: executor.id,
          running: executor.running,
          limit: executor.maxRunning,
          throttled: executor.throttled,
        },
      };
    } else {
      const room = executor.maxRunning - executor.running;
      if (!best || room > best.room) {
        best = { executor: executor.id, room };
      }
    }
  }

  if (best) {
    return { executor: best.executor };
  }
  return {
    reason: full ??
      toolMissing ??
      unavailable ??
      blocked ??
      withoutPlace ?? {
        code: 'EXECUTOR_UNAVAILABLE',
        data: {
          message: `No executor is configured for ${build.infrastructure}.`,
          hint: 'A portal admin can enable one under imageFactory.executors.',
        },
      },
  };
}
