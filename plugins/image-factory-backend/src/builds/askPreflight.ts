import { isError } from '@backstage/errors';
import {
  BuildConfig,
  Executor,
  Preflight,
} from '@image-factory/backstage-plugin-image-factory-node';

/** Somebody looks at a form meanwhile. */
const ANSWER_WITHIN_MS = 3_000;

/**
 * What the executor of a build says of it before it is submitted. One that does
 * not answer, or fails, says nothing against it: the build may be submitted all
 * the same.
 */
export async function askPreflight(options: {
  executor: Executor | undefined;
  config: BuildConfig;
  requestedBy: string;
}): Promise<Preflight> {
  const { executor, config, requestedBy } = options;
  if (!executor?.preflight) return { problems: [] };
  const inTime = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    return await executor.preflight({ config, requestedBy }, inTime);
  } catch (error) {
    const why = inTime.aborted
      ? `it has not answered within ${ANSWER_WITHIN_MS / 1000} s`
      : `${isError(error) ? error.message : error}`;
    return {
      problems: [
        `Whether ${executor.id} would take the build could not be asked: ${why}. You can submit it; it waits until ${executor.id} takes it.`,
      ],
    };
  }
}
