import { useRef } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { BreadcrumbEntry } from '@backstage/frontend-plugin-api';
import { useRouteRef } from '@backstage/core-plugin-api';
import { Container, Skeleton } from '@backstage/ui';
import { isTerminal } from '@image-factory/backstage-plugin-image-factory-common';
import { errorStatus } from '../../format';
import {
  BuildData,
  LogWaker,
  useAttemptArtifacts,
  useBuildData,
  useStepsByAttempt,
  useWords,
} from '../../hooks';
import { buildRouteRef } from '../../routes';
import { AttemptStory, wasHandedBack } from '../AttemptStory';
import { StepLink } from '../BuildTimeline';
import { LiveUpdatesPaused } from '../LiveUpdatesPaused';
import { RequestFailed } from '../RequestFailed';
import { BuildHeader } from './BuildHeader';
import { BuildViewTabs } from './BuildViewTabs';
import { FailureCard } from './FailureCard';
import { HistoryCard } from './HistoryCard';
import { NoSuchBuild } from './NoSuchBuild';
import { InputsCard } from './InputsCard';
import { PendingCard } from './PendingCard';
import { PipelineRunCard } from './PipelineRunCard';
import { ReproduceCard } from './ReproduceCard';
import { ResultCard } from './ResultCard';
import { StepsAndLog } from './StepsAndLog';
import { shownAttempt } from './shownAttempt';
import { ShownView } from './ShownView';
import { UnknownSteps } from './UnknownSteps';
import { stepSearch, useBuildView } from './useBuildView';
import { useShowLog } from './useShowLog';
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
            <BuildMissing error={data.build.error} onRetry={data.build.retry} />
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
  const t = useWords();
  const { search } = useLocation();
  const { view, show } = useBuildView();
  const build = data.build.data;
  const steps = data.steps.data;
  const stepsOf = useStepsByAttempt({
    buildId: build?.id ?? '',
    latestAttempt: build?.attempt ?? 0,
    latest: data.steps,
  });
  const attempt = shownAttempt(search, build?.attempt ?? 0);
  const artifacts = useAttemptArtifacts({
    buildId: build?.id ?? '',
    attempt,
    latest: attempt === (build?.attempt ?? 0) ? data.artifacts : undefined,
  });
  const showLog = useShowLog(attempt);
  if (!build) {
    return null;
  }
  const execution = data.executions.data?.find(
    each => each.attempt === attempt,
  );
  const older = attempt === build.attempt ? undefined : { attempt, execution };
  const latestFailure = isTerminal(build.status) ? build.failure : undefined;
  // Nothing went wrong with one that was handed back.
  const isHandedBack = wasHandedBack(data.events.data ?? [], attempt);
  const olderFailure = isHandedBack ? undefined : older?.execution?.failure;
  const failure = older ? olderFailure : latestFailure;
  const stepLink: StepLink = (ofAttempt, step, children) => (
    <Link to={{ search: stepSearch(ofAttempt, step) }}>{children}</Link>
  );

  return (
    <div className={styles.page}>
      <BuildHeader build={build} older={older} />
      <LiveUpdatesPaused
        queries={[
          data.build,
          data.steps,
          data.executions,
          data.waitReason,
          data.events,
        ]}
      />
      {older && !data.executions.data && data.executions.error && (
        <RequestFailed
          what={t('attempts.what')}
          error={data.executions.error}
          onRetry={data.executions.retry}
        />
      )}
      {failure && (
        <FailureCard
          failure={failure}
          attempt={older?.attempt}
          onShowLog={showLog}
        />
      )}
      {(build.status === 'queued' || build.status === 'pending') && (
        <WaitCard build={build} waitReason={data.waitReason} />
      )}
      <PendingCard build={build} />
      {build.status === 'completed' && (
        <ResultCard
          build={build}
          artifacts={data.artifacts}
          attempt={older && build.attempt}
        />
      )}
      <UnknownSteps
        stepsOf={stepsOf}
        latest={build.attempt}
        // The list of steps says so itself.
        except={view === 'run' ? attempt : undefined}
      />
      <AttemptStory
        build={build}
        data={data}
        stepsOf={stepsOf}
        stepLink={stepLink}
      />
      <BuildViewTabs
        build={build}
        view={view}
        onShow={show}
        executor={(older ? execution : build)?.executor}
        artifacts={artifacts.data?.length}
      >
        {shown => (
          <ShownView
            {...{ data, view: shown, build, attempt, artifacts, stepsOf }}
            stepLink={stepLink}
          >
            <div className={styles.columns}>
              <StepsAndLog
                build={build}
                steps={data.steps}
                metrics={data.metrics}
                failure={failure}
                waker={waker}
              />
              <div className={styles.side}>
                <InputsCard
                  build={build}
                  tool={steps?.find(step => step.tool)?.tool}
                />
                <HistoryCard events={data.events} />
                <PipelineRunCard
                  buildId={build.id}
                  artifacts={artifacts.data}
                  execution={execution}
                />
                {isTerminal(build.status) && build.attempt > 0 && (
                  <ReproduceCard buildId={build.id} />
                )}
              </div>
            </div>
          </ShownView>
        )}
      </BuildViewTabs>
    </div>
  );
}

function BuildMissing(props: { error: Error; onRetry: () => void }) {
  const t = useWords();
  // An id is all that is asked with: what is wrong with it makes it nobody's.
  return [400, 404].includes(errorStatus(props.error) ?? 0) ? (
    <NoSuchBuild />
  ) : (
    <RequestFailed {...props} what={t('buildPage.what')} />
  );
}

function PageSkeleton() {
  return (
    <>
      <Skeleton height={40} width="40%" />
      <Skeleton width="100%" height={120} />
      <Skeleton width="100%" height={400} />
    </>
  );
}
