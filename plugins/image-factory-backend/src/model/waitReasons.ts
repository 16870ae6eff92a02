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

/** Puts a stored reason into a sentence for the reader. */
export function explainWaitReason(
  reason: StoredWaitReason,
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
        message: `Executor ${reason.data.executor} is full: it runs ${reason.data.running} of at most ${reason.data.limit} builds.`,
        hint: reason.data.throttled
          ? `It takes fewer than it is configured for: ${reason.data.throttled} It takes more again by itself once that is over.`
          : 'It starts when one of them ends.',
      };
    case 'EXECUTOR_UNAVAILABLE':
      return {
        code: reason.code,
        message: reason.data.message,
        hint: reason.data.hint,
      };
    case 'TOOL_MISSING':
      return {
        code: reason.code,
        message: reason.data.message,
        hint: reason.data.hint,
      };
    default:
      throw new Error(`Unknown wait reason ${JSON.stringify(reason)}`);
  }
}
