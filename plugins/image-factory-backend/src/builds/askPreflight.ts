import { LoggerService } from '@backstage/backend-plugin-api';
import {
  BuildConfig,
  Executor,
  Preflight,
} from '@image-factory/backstage-plugin-image-factory-node';
import { isDoneWithin } from '../dispatcher';

/** Somebody looks at a form meanwhile. */
const ANSWER_WITHIN_MS = 3_000;

/**
 * What the executor of a build says of it before it is submitted. One that does
 * not answer, or fails, says nothing against it: the build may be submitted all
 * the same. What it fails with is for the log: it can name addresses, accounts
 * and files, and everybody who previews a build would be told.
 */
export async function askPreflight(options: {
  executor: Executor | undefined;
  config: BuildConfig;
  requestedBy: string;
  logger: LoggerService;
}): Promise<Preflight> {
  const { executor, config, requestedBy, logger } = options;
  if (!executor?.preflight) return { problems: [] };
  const inTime = new AbortController();
  try {
    const asked = executor.preflight({ config, requestedBy }, inTime.signal);
    if (await isDoneWithin(asked, ANSWER_WITHIN_MS)) return await asked;
    return unasked(
      executor,
      `it has not answered within ${ANSWER_WITHIN_MS / 1000} s`,
    );
  } catch (error) {
    logger.warn(
      `Executor ${executor.id} could not be asked whether it would take a build of ${config.entityRef}`,
      error as Error,
    );
    return unasked(
      executor,
      'it failed to find that out (a portal admin finds the reason in the log of the backend)',
    );
  } finally {
    inTime.abort(
      new DOMException('Nobody waits for the answer any more', 'TimeoutError'),
    );
  }
}

function unasked({ id }: Executor, why: string): Preflight {
  return {
    problems: [
      `Whether ${id} would take the build could not be asked: ${why}. You can submit it; it waits until ${id} takes it.`,
    ],
  };
}
