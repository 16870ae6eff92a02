import { useMemo } from 'react';
import { Skeleton, Text } from '@backstage/ui';
import {
  Build,
  Failure,
  Metric,
  Step,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { LiveQuery, LogWaker, useAttemptSteps, useWords } from '../../hooks';
import { LogView } from '../LogView';
import { RequestFailed } from '../RequestFailed';
import { Section } from '../Section';
import { StepList, selectStep } from '../StepList';
import { StepPlace } from './StepPlace';
import { useLogAddress } from './useLogAddress';
import styles from './BuildPage.module.css';
import logStyles from './StepsAndLog.module.css';

/** The steps beside the log of the chosen one, or of the one of most interest. The address of the page tells which, and which lines of it. */
export function StepsAndLog(props: {
  build: Build;
  /** Of the latest attempt. */
  steps: LiveQuery<Step[]>;
  /** Of all attempts. */
  metrics: LiveQuery<Metric[]>;
  /** Of the attempt that is shown. */
  failure: Failure | undefined;
  waker: LogWaker;
}) {
  const t = useWords();
  const { build, metrics, failure, waker } = props;
  const address = useLogAddress(build.attempt);
  const { attempt, isLatest, target, go, permalinkOf } = address;
  const steps = useAttemptSteps({
    buildId: build.id,
    attempt,
    latest: isLatest ? props.steps : undefined,
  });

  const list = steps.data ?? [];
  const selected =
    list.find(step => step.name === address.step) ?? selectStep(list);
  const isLoading = build.attempt > 0 && !steps.data;
  const permalink = useMemo(
    () => permalinkOf(selected?.name),
    [permalinkOf, selected?.name],
  );

  return (
    <>
      <div className={styles.steps}>
        <Section title={t('buildPage.steps')} level="h3">
          {!isLatest && (
            <div className={logStyles.oldAttempt}>
              <Text as="p">
                {t('log.oldAttempt', { attempt, latest: build.attempt })}
              </Text>
              <button
                type="button"
                className={logStyles.latest}
                onClick={address.goToLatest}
              >
                {t('log.latestAttempt')}
              </button>
            </div>
          )}
          {steps.error && !steps.data && (
            <RequestFailed
              what={t('buildPage.steps')}
              error={steps.error}
              onRetry={steps.retry}
            />
          )}
          {isLoading && !steps.error && <Skeleton width="100%" height={96} />}
          {!isLoading && list.length === 0 && (
            <Text as="p" color="secondary">
              {isTerminal(build.status)
                ? t('buildPage.stepsNever')
                : t('buildPage.stepsNone')}
            </Text>
          )}
          <StepList
            steps={list}
            selected={selected?.name}
            onSelect={name => go({ step: name })}
          />
        </Section>
      </div>
      <div className={styles.logArea}>
        {selected && (
          <StepPlace
            step={selected}
            metrics={(metrics.data ?? []).filter(
              metric => metric.attempt === attempt,
            )}
          />
        )}
        {selected ? (
          <LogView
            key={`${attempt}/${selected.name}`}
            buildId={build.id}
            attempt={attempt}
            step={selected}
            waker={waker}
            permalink={permalink}
            target={target?.step === selected.name ? target : undefined}
            evidenceLine={
              failure?.step === selected.name ? failure.evidenceLine : undefined
            }
          />
        ) : (
          <div className={styles.noLog}>
            {isTerminal(build.status) ? t('log.never') : t('log.noSteps')}
          </div>
        )}
      </div>
    </>
  );
}
