import { useRef, useState } from 'react';
import { BreadcrumbEntry } from '@backstage/frontend-plugin-api';
import { useRouteRef } from '@backstage/core-plugin-api';
import { Container, Skeleton } from '@backstage/ui';
import { isTerminal } from '@image-factory/backstage-plugin-image-factory-common';
import { BuildData, LogWaker, useBuildData, useWords } from '../../hooks';
import { buildRouteRef } from '../../routes';
import { LiveUpdatesPaused } from '../LiveUpdatesPaused';
import { LogTarget } from '../LogView';
import { RequestFailed } from '../RequestFailed';
import { BuildHeader } from './BuildHeader';
import { FailureCard } from './FailureCard';
import { HistoryCard } from './HistoryCard';
import { InputsCard } from './InputsCard';
import { PendingCard } from './PendingCard';
import { PipelineRunCard } from './PipelineRunCard';
import { ReproduceCard } from './ReproduceCard';
import { ResultCard } from './ResultCard';
import { StepsAndLog } from './StepsAndLog';
import { WaitCard } from './WaitCard';
import styles from './BuildPage.module.css';

export function BuildPageContent(props: { buildId: string }) {
  const { buildId } = props;
  const t = useWords();
  const waker: LogWaker = useRef<() => void>();
  const data = useBuildData(buildId, () => waker.current?.());
  const buildLink = useRouteRef(buildRouteRef);
  const build = data.build.data;

  if (!build) {
    return (
      <Container>
        <div className={styles.page}>
          {data.build.error ? (
            <RequestFailed
              what={t('buildPage.what')}
              error={data.build.error}
              onRetry={data.build.retry}
            />
          ) : (
            <PageSkeleton />
          )}
        </div>
      </Container>
    );
  }
  return (
    <BreadcrumbEntry
      entry={{
        label: t('buildPage.title', { number: String(build.number) }),
        href: buildLink({ buildId }),
      }}
    >
      <Container>
        <LoadedBuild data={data} waker={waker} />
      </Container>
    </BreadcrumbEntry>
  );
}

function LoadedBuild(props: { data: BuildData; waker: LogWaker }) {
  const { data, waker } = props;
  const [chosenStep, setChosenStep] = useState<string>();
  const [target, setTarget] = useState<LogTarget>();
  const build = data.build.data;
  if (!build) {
    return null;
  }
  const steps = data.steps.data;
  const showStep = (step: string) => {
    setTarget(undefined);
    setChosenStep(step);
  };
  const showLine = (line: LogTarget) => {
    setTarget(line);
    setChosenStep(line.step);
  };

  return (
    <div className={styles.page}>
      <BuildHeader build={build} />
      <LiveUpdatesPaused
        queries={[data.build, data.steps, data.waitReason, data.events]}
      />
      {build.failure && isTerminal(build.status) && (
        <FailureCard
          failure={build.failure}
          onShowLine={showLine}
          onShowStep={showStep}
        />
      )}
      {(build.status === 'queued' || build.status === 'pending') && (
        <WaitCard build={build} waitReason={data.waitReason} />
      )}
      <PendingCard build={build} />
      {build.status === 'completed' && (
        <ResultCard build={build} artifacts={data.artifacts} />
      )}
      <div className={styles.columns}>
        <StepsAndLog
          build={build}
          steps={data.steps}
          chosenStep={chosenStep}
          onChooseStep={showStep}
          target={target}
          waker={waker}
        />
        <div className={styles.side}>
          <InputsCard
            build={build}
            tool={steps?.find(step => step.tool)?.tool}
          />
          <HistoryCard events={data.events} />
          <PipelineRunCard buildId={build.id} artifacts={data.artifacts.data} />
          {isTerminal(build.status) && build.attempt > 0 && (
            <ReproduceCard buildId={build.id} />
          )}
        </div>
      </div>
    </div>
  );
}

function PageSkeleton() {
  return (
    <>
      <Skeleton height={40} width="40%" />
      <Skeleton height={120} />
      <Skeleton height={400} />
    </>
  );
}
