import { ReactNode } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { Text } from '@backstage/ui';
import {
  Artifact,
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildData,
  LiveQuery,
  StepsByAttempt,
  useExecutorTitle,
  useWords,
} from '../../hooks';
import { BuildArtifacts } from '../BuildArtifacts';
import { BuildGraph } from '../BuildGraph';
import { BuildTimeline, StepLink } from '../BuildTimeline';
import { ClusterEvents } from '../ClusterEvents';
import { Section } from '../Section';
import { VulnerabilityPanel } from '../Vulnerabilities';
import { BuildView, searchOf } from './useBuildView';

/** One view of a build; the children are the run itself. */
export function ShownView(props: {
  view: BuildView;
  build: Build;
  /** The one that is shown. */
  attempt: number;
  /** Those of that attempt. */
  artifacts: LiveQuery<Artifact[]>;
  data: BuildData;
  stepsOf: StepsByAttempt;
  stepLink: StepLink;
  children: ReactNode;
}) {
  const t = useWords();
  const { view, build, attempt, artifacts, data } = props;
  const { stepsOf, stepLink, children } = props;
  const { search } = useLocation();
  const executor = useExecutorTitle(
    attempt === build.attempt
      ? build.executor
      : data.executions.data?.find(each => each.attempt === attempt)?.executor,
  );
  if (view === 'run') return <>{children}</>;
  const linkOfShown = (step: string, text: ReactNode) =>
    stepLink(attempt, step, text);
  const { data: steps, error: stepsError } = stepsOf(attempt);
  const areUnreadable = attempt > 0 && !steps && stepsError !== undefined;
  return (
    <Section title={t(`views.${view}`)} level="h3">
      {view === 'timeline' && (
        <BuildTimeline
          build={build}
          data={data}
          stepsOf={stepsOf}
          stepLink={stepLink}
        />
      )}
      {view === 'graph' && areUnreadable && (
        <Text as="p" color="secondary">
          {t('timeline.unknown')}
        </Text>
      )}
      {view === 'graph' && !areUnreadable && (
        <BuildGraph
          number={build.number}
          steps={attempt === 0 ? [] : steps}
          isOver={isTerminal(build.status) || attempt < build.attempt}
          place={executor}
          stepLink={linkOfShown}
        />
      )}
      {view === 'events' && (
        <ClusterEvents
          build={build}
          attempt={attempt}
          lastSignalAt={data.lastSignalAt}
        />
      )}
      {view === 'vulnerabilities' && (
        <VulnerabilityPanel
          build={build}
          attempt={attempt}
          steps={stepsOf(attempt)}
          stepLink={linkOfShown}
          artifactsLink={text => (
            <Link to={{ search: searchOf(search, 'artifacts') }}>{text}</Link>
          )}
        />
      )}
      {view === 'artifacts' && (
        <BuildArtifacts build={build} attempt={attempt} artifacts={artifacts} />
      )}
    </Section>
  );
}
