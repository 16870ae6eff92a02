import { ReactNode } from 'react';
import { Link, useLocation } from 'react-router-dom';
import {
  Build,
  Step,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { BuildData, useExecutorTitle, useWords } from '../../hooks';
import { BuildArtifacts } from '../BuildArtifacts';
import { BuildGraph } from '../BuildGraph';
import { BuildTimeline, StepLink } from '../BuildTimeline';
import { Section } from '../Section';
import { VulnerabilityPanel } from '../Vulnerabilities';
import { BuildView, searchOf } from './useBuildView';

/** One view of a build; the children are the run itself. */
export function ShownView(props: {
  view: BuildView;
  build: Build;
  /** The one that is shown. */
  attempt: number;
  data: BuildData;
  stepsOf: (attempt: number) => Step[] | undefined;
  stepLink: StepLink;
  children: ReactNode;
}) {
  const t = useWords();
  const { view, build, attempt, data, stepsOf, stepLink, children } = props;
  const { search } = useLocation();
  const executor = useExecutorTitle(build.executor);
  if (view === 'run') return <>{children}</>;
  const linkOfShown = (step: string, text: ReactNode) =>
    stepLink(attempt, step, text);
  const steps = stepsOf(attempt);
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
      {view === 'graph' && (
        <BuildGraph
          number={build.number}
          steps={attempt === 0 ? [] : steps}
          isOver={isTerminal(build.status)}
          place={executor}
          stepLink={linkOfShown}
        />
      )}
      {view === 'vulnerabilities' && (
        <VulnerabilityPanel
          build={build}
          attempt={attempt}
          steps={steps}
          stepLink={linkOfShown}
          artifactsLink={text => (
            <Link to={{ search: searchOf(search, 'artifacts') }}>{text}</Link>
          )}
        />
      )}
      {view === 'artifacts' && (
        <BuildArtifacts
          build={build}
          artifacts={data.artifacts}
          isOlder={attempt !== build.attempt}
        />
      )}
    </Section>
  );
}
