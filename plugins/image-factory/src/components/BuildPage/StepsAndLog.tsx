import { Skeleton, Text } from '@backstage/ui';
import {
  Build,
  Step,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { LiveQuery, LogWaker, useWords } from '../../hooks';
import { LogTarget, LogView } from '../LogView';
import { RequestFailed } from '../RequestFailed';
import { Section } from '../Section';
import { StepList, selectStep } from '../StepList';
import styles from './BuildPage.module.css';

/** The steps beside the log of the chosen one, or of the one of most interest. */
export function StepsAndLog(props: {
  build: Build;
  steps: LiveQuery<Step[]>;
  chosenStep: string | undefined;
  onChooseStep: (name: string) => void;
  target: LogTarget | undefined;
  waker: LogWaker;
}) {
  const t = useWords();
  const { build, steps, chosenStep, onChooseStep, target, waker } = props;
  const list = steps.data ?? [];
  const selected =
    list.find(step => step.name === chosenStep) ?? selectStep(list);
  const isLoading = build.attempt > 0 && !steps.data;

  return (
    <>
      <div className={styles.steps}>
        <Section title={t('buildPage.steps')} level="h3">
          {steps.error && !steps.data && (
            <RequestFailed
              what={t('buildPage.steps')}
              error={steps.error}
              onRetry={steps.retry}
            />
          )}
          {isLoading && !steps.error && <Skeleton height={96} />}
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
            onSelect={onChooseStep}
          />
        </Section>
      </div>
      <div className={styles.logArea}>
        {selected ? (
          <LogView
            key={`${build.attempt}/${selected.name}`}
            buildId={build.id}
            attempt={build.attempt}
            step={selected}
            waker={waker}
            target={target}
            evidenceLine={
              build.failure?.step === selected.name
                ? build.failure.evidenceLine
                : undefined
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
