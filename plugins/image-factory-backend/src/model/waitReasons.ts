import { WaitReasonCode } from '@image-factory/backstage-plugin-image-factory-common';

/** Why builds do not run yet, with what a reader needs to know about it. Stored once per (tenant, placement key). */
export type StoredWaitReason =
  | {
      code: 'TENANT_LIMIT';
      data: { tenant: string; running: number; limit: number };
    }
  | { code: 'PORTAL_LIMIT'; data: { running: number; limit: number } }
  | {
      code: 'EXECUTOR_FULL';
      data: {
        executor: string;
        running: number;
        limit: number;
        /** Why the limit is lower than what is configured. */
        throttled?: string;
      };
    }
  | {
      code: 'EXECUTOR_UNAVAILABLE';
      data: { executor?: string; message: string; hint?: string };
    }
  | {
      code: 'TOOL_MISSING';
      data: { executor: string; message: string; hint?: string };
    };

/** A wait reason in words. */
export type ExplainedWaitReason = {
  code: WaitReasonCode;
  message: string;
  hint?: string;
};

/** Whether nothing that ends by itself helps: no executor takes the build before somebody mends something. */
export function isUnrunnable({ code }: { code: WaitReasonCode }): boolean {
  return code === 'TOOL_MISSING' || code === 'EXECUTOR_UNAVAILABLE';
}

/**
 * Puts a stored reason into a sentence for the reader.
 *
 * @param title - of the executor that it is about, as pages show it, where that is known
 */
export function explainWaitReason(
  reason: StoredWaitReason,
  title?: string,
): ExplainedWaitReason {
  switch (reason.code) {
    case 'TENANT_LIMIT':
      return {
        code: reason.code,
        message: `${reason.data.tenant} runs ${reason.data.running} of at most ${reason.data.limit} builds at once.`,
        hint: 'It starts when one of them ends. A portal admin can raise the limit (imageFactory.limits).',
      };
    case 'PORTAL_LIMIT':
      return {
        code: reason.code,
        message: `The portal runs ${reason.data.running} of at most ${reason.data.limit} builds at once.`,
        hint: 'It starts when one of them ends. A portal admin can raise the limit (imageFactory.limits.maxRunning).',
      };
    case 'EXECUTOR_FULL':
      return {
        code: reason.code,
        message: `${
          title ?? `Executor ${reason.data.executor}`
        } is full: it runs ${reason.data.running} of at most ${
          reason.data.limit
        } builds.`,
        hint: reason.data.throttled
          ? `It takes fewer than it is configured for: ${reason.data.throttled} It takes more again by itself once that is over.`
          : 'It starts when one of them ends.',
      };
    case 'EXECUTOR_UNAVAILABLE':
    case 'TOOL_MISSING':
      return {
        code: reason.code,
        // Without an executor it says already that there is none.
        message: reason.data.executor
          ? `No executor can run it now. ${reason.data.message}`
          : reason.data.message,
        hint: reason.data.hint,
      };
    default:
      throw new Error(`Unknown wait reason ${JSON.stringify(reason)}`);
  }
}
