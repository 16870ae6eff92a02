import { StepsByAttempt, useWords } from '../../hooks';
import { RequestFailed } from '../RequestFailed';

/** Says of which attempt the steps cannot be read, and why; nothing where all are known or on their way. */
export function UnknownSteps(props: {
  stepsOf: StepsByAttempt;
  latest: number;
  /** The attempt of which another part of the page says so. */
  except: number | undefined;
}) {
  const t = useWords();
  const { stepsOf, latest, except } = props;
  const attempts = Array.from({ length: latest }, (_, index) => index + 1);
  const attempt = attempts.find(each => {
    const { data, error } = stepsOf(each);
    return each !== except && !data && error;
  });
  if (attempt === undefined) return null;
  const { error, retry } = stepsOf(attempt);
  return (
    <RequestFailed
      what={t('attempts.steps', { attempt })}
      error={error!}
      onRetry={retry}
    />
  );
}
