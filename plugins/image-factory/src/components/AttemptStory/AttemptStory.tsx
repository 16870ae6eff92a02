import { ReactNode } from 'react';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import {
  formatDuration,
  formatList,
  formatTickingDuration,
  formatTime,
} from '../../format';
import {
  BuildData,
  StepsByAttempt,
  Words,
  useExecutorTitles,
  useNow,
  useWords,
} from '../../hooks';
import { EntityLink } from '../EntityLink';
import { Section } from '../Section';
import { ExecutionStatusChip } from '../StatusChip';
import { HoldUps } from './HoldUps';
import { ToldAttempt, tellAttempts } from './tellAttempts';
import styles from './AttemptStory.module.css';

/** What happened to a build of several attempts, in order; nothing where there was one only. */
export function AttemptStory(props: {
  build: Build;
  data: BuildData;
  stepsOf: StepsByAttempt;
  stepLink: (attempt: number, step: string, children: ReactNode) => ReactNode;
}) {
  const t = useWords();
  const { build, data, stepsOf, stepLink } = props;
  const executions = data.executions.data;
  const events = data.events.data;
  const isActive = build.status === 'running';
  const now = useNow(isActive);
  const titleOf = useExecutorTitles();
  if (!executions || !events || build.attempt < 2) return null;
  const told = tellAttempts({
    build,
    executions,
    stepsOf: attempt => stepsOf(attempt).data,
    events,
  });
  return (
    <Section title={t('story.title')} level="h3">
      <ol className={styles.story}>
        {told.map(attempt => (
          <li key={attempt.attempt} className={styles.attempt}>
            <div className={styles.head}>
              <strong>
                {t('attempts.link', { attempt: attempt.attempt })}
              </strong>
              <ExecutionStatusChip
                status={attempt.execution.status}
                isHandedBack={attempt.isHandedBack}
              />
              {attempt.logStep && (
                <span className={styles.log}>
                  {stepLink(
                    attempt.attempt,
                    attempt.logStep,
                    t('failure.log', { step: attempt.logStep }),
                  )}
                </span>
              )}
            </div>
            <Beginning t={t} told={attempt} />
            <HoldUps heldUp={attempt.heldUp} />
            <p className={styles.text}>
              {run(t, attempt, titleOf(attempt.execution.executor) ?? '…', now)}{' '}
              <Ending t={t} told={attempt} />
            </p>
            {attempt.failure && !attempt.isHandedBack && (
              <p className={styles.cause}>{attempt.failure.message}</p>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** How an attempt came to be; nothing of the first one. */
function Beginning(props: { t: Words; told: ToldAttempt }) {
  const { t, told } = props;
  const { cause, by, afterMs, avoids } = told;
  if (cause === 'submitted') return null;
  const after = formatDuration(afterMs ?? 0, t);
  return (
    <p className={styles.text}>
      {cause === 'retried' && by ? (
        <>
          <EntityLink entityRef={by} defaultKind="user" hideIcon />{' '}
          {t('story.retriedBy', { after })}
        </>
      ) : (
        t('story.again', { after })
      )}
      {avoids.length > 0 &&
        ` ${t('story.avoids', { nodes: formatList(avoids, t) })}`}
    </p>
  );
}

/** Where it ran and for how long; nothing where that is not known. */
function run(t: Words, told: ToldAttempt, executor: string, now: number) {
  const { execution, nodes, hasBegun } = told;
  const { status, startedAt, finishedAt } = execution;
  const from = Date.parse(startedAt);
  const isRunning = status === 'running';
  const took = isRunning
    ? formatTickingDuration(now - from, t)
    : formatDuration(Date.parse(finishedAt ?? startedAt) - from, t);
  const place =
    nodes.length > 0
      ? t('story.onNode', { nodes: formatList(nodes, t), executor })
      : t('story.onExecutor', { executor });
  if (hasBegun === undefined) return '';
  if (!hasBegun) {
    return t(isRunning ? 'story.starts' : 'story.neverBegan', { place, took });
  }
  if (isRunning) return t('story.runs', { place, took });
  return status === 'lost' && finishedAt
    ? t('story.ranUntil', { place, took, at: formatTime(finishedAt, t) })
    : t('story.ran', { place, took });
}

/** What ended it, where its failure does not say so itself. */
function Ending(props: { t: Words; told: ToldAttempt }) {
  const { t, told } = props;
  const { execution, cancelledBy, failure, isHandedBack } = told;
  switch (execution.status) {
    case 'completed':
      return <>{t('story.completed')}</>;
    case 'cancelled':
      return cancelledBy ? (
        <>
          <EntityLink entityRef={cancelledBy} defaultKind="user" hideIcon />{' '}
          {t('story.cancelledBy')}
        </>
      ) : (
        <>{t('story.cancelled')}</>
      );
    case 'failed':
      return (
        <>
          {failure?.step
            ? t('story.failedIn', { step: failure.step })
            : t('story.failed')}
        </>
      );
    case 'lost':
      return (
        <>{t(isHandedBack || !failure ? 'story.handedBack' : 'story.lost')}</>
      );
    default:
      return null;
  }
}
