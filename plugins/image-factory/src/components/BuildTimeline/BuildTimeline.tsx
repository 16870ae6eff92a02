import { ReactNode } from 'react';
import { Skeleton, Text } from '@backstage/ui';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { BuildData, StepsByAttempt, useNow, useWords } from '../../hooks';
import { RequestFailed } from '../RequestFailed';
import { scrollable } from '../scrollable';
import { TimelineAttemptRows } from './TimelineAttemptRows';
import { TimelineHead } from './TimelineHead';
import { toAxis } from './toAxis';
import { TimelineAttempt, toTimeline } from './toTimeline';
import { useTickAmount } from './useTickAmount';
import styles from './BuildTimeline.module.css';

/** Where the log of a step is: the link around its name. */
export type StepLink = (
  attempt: number,
  step: string,
  children: ReactNode,
) => ReactNode;

/**
 * What a build has done when: a table whose last column draws each row on one
 * scale of time, so that whoever cannot see the bars has the same in words.
 */
export function BuildTimeline(props: {
  build: Build;
  data: BuildData;
  stepsOf: StepsByAttempt;
  stepLink: StepLink;
}) {
  const t = useWords();
  const { build, data, stepsOf, stepLink } = props;
  const isActive = build.status === 'running' || build.status === 'queued';
  const now = useNow(isActive);
  const { executions, events } = data;
  const failed = [executions, events].find(query => !query.data && query.error);

  if (failed) {
    return (
      <RequestFailed
        what={t('timeline.what')}
        error={failed.error!}
        onRetry={failed.retry}
      />
    );
  }
  if (!events.data || (build.attempt > 0 && !executions.data)) {
    return <Skeleton width="100%" height={200} />;
  }
  const attempts = toTimeline({
    build,
    executions: executions.data ?? [],
    stepsOf: attempt => stepsOf(attempt).data,
    events: events.data,
    metrics: data.metrics.data ?? [],
    now,
  });
  if (attempts.length === 0) {
    return (
      <Text as="p" color="secondary">
        {t(
          build.status === 'pending' ? 'timeline.held' : 'timeline.neverBegan',
        )}
      </Text>
    );
  }
  return (
    <TimelineTable
      number={build.number}
      attempts={attempts}
      stepLink={stepLink}
    />
  );
}

function TimelineTable(props: {
  number: number;
  attempts: TimelineAttempt[];
  stepLink: StepLink;
}) {
  const t = useWords();
  const { number, attempts, stepLink } = props;
  const { ref, mostTicks } = useTickAmount();
  const axis = toAxis(attempts, mostTicks);
  return (
    <div
      ref={ref}
      className={styles.frame}
      role="group"
      aria-label={t('timeline.label', { number })}
      {...scrollable}
    >
      <table className={styles.table}>
        <TimelineHead axis={axis} />
        {attempts.map(attempt => (
          <TimelineAttemptRows
            key={attempt.attempt}
            attempt={attempt}
            isOnly={attempts.length === 1}
            axis={axis}
            stepLink={stepLink}
          />
        ))}
      </table>
    </div>
  );
}
