import { Link as RouterLink } from 'react-router-dom';
import { parseEntityRef } from '@backstage/catalog-model';
import { Link, Text, VisuallyHidden } from '@backstage/ui';
import {
  Build,
  Execution,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { useExecutorTitle, useImagesTab, useWords } from '../../hooks';
import { Age, TickingDuration, runSpan } from '../Age';
import { BuildAgain } from '../BuildAgain';
import { CancelBuild } from '../CancelBuild';
import { EntityLink } from '../EntityLink';
import { PageTitle } from '../PageTitle';
import { StatusChip, statusText } from '../StatusChip';
import { VulnerabilitySummary, worstOf } from '../Vulnerabilities';
import { AttemptLinks } from './AttemptLinks';
import styles from './BuildPage.module.css';

/** An attempt before the latest: its number, and what is known of it. */
export type OlderAttempt = {
  attempt: number;
  execution: Execution | undefined;
};

/** What build this is, where it stands, and what can be done about it. */
export function BuildHeader(props: {
  build: Build;
  /** The attempt that is shown, where that is not the latest. */
  older: OlderAttempt | undefined;
}) {
  const t = useWords();
  const { build, older } = props;
  const title = t('buildPage.title', { number: String(build.number) });
  const active = !isTerminal(build.status);

  return (
    <header className={styles.header}>
      <PageTitle
        title={`${statusText(t, build.status, build.phase)}: ${
          parseEntityRef(build.entityRef).name
        } ${title}`}
      />
      <EntityBreadcrumb build={build} />
      <div className={styles.titleRow}>
        <Text as="h2" variant="title-medium" weight="bold">
          {title}
        </Text>
        <Text className={styles.component}>
          {t('buildPage.of', {
            component: parseEntityRef(build.entityRef).name,
          })}
        </Text>
        <StatusChip status={build.status} phase={build.phase} />
        {build.status === 'running' &&
          (build.phase === 'dispatching' || build.phase === 'pending') && (
            <Text color="secondary">{t(`phase.${build.phase}`)}</Text>
          )}
        <div className={styles.actions}>
          <BuildAgain build={build} />
          {active && <CancelBuild build={build} />}
        </div>
      </div>
      <BuildFacts build={build} older={older} />
      <AttemptLinks build={build} />
      <VisuallyHidden role="status" aria-live="polite">
        {t('buildPage.announce', {
          number: String(build.number),
          status: statusText(t, build.status, build.phase),
        })}
      </VisuallyHidden>
    </header>
  );
}

function EntityBreadcrumb(props: { build: Build }) {
  const t = useWords();
  const imagesTab = useImagesTab();
  const { build } = props;
  return (
    <nav aria-label={t('buildPage.breadcrumb')} className={styles.breadcrumb}>
      <EntityLink entityRef={build.entityRef} defaultKind="component" />
      <span aria-hidden>/</span>
      <Link href={imagesTab(build.entityRef)}>{t('buildPage.images')}</Link>
      <span aria-hidden>/</span>
      <span>{build.imageName}</span>
    </nav>
  );
}

function BuildFacts(props: { build: Build; older: OlderAttempt | undefined }) {
  const t = useWords();
  const { build, older } = props;
  const ran = older ? spanOf(older.execution) : runSpan(build);
  const executor = useExecutorTitle(
    older ? older.execution?.executor : build.executor,
  );
  const attempt = older?.attempt ?? build.attempt;
  return (
    <div className={styles.facts}>
      {build.attempt > 1 && (
        <span>
          {t('buildPage.attempt', {
            attempt: String(attempt),
            max: String(Math.max(build.attempt, build.maxAttempts)),
          })}
        </span>
      )}
      {ran && (
        <span>
          {t(older ? 'buildPage.ran' : runWord(build))}{' '}
          <TickingDuration {...ran} />
        </span>
      )}
      {ran && executor && <span>{t('buildPage.on', { executor })}</span>}
      {/* Of a later attempt the queue is a part of a story, which is told below. */}
      {build.attempt < 2 &&
        build.queuedAt &&
        (ran || build.status === 'queued') && (
          <span>
            {t(ran ? 'buildPage.waited' : 'buildPage.waiting')}{' '}
            <TickingDuration from={build.queuedAt} to={ran?.from} />
          </span>
        )}
      {!older && build.vulnerabilities && (
        <RouterLink
          className={styles.found}
          to={{ search: '?view=vulnerabilities' }}
        >
          {worstOf(build.vulnerabilities) && t('buildPage.vulnerabilities')}{' '}
          <VulnerabilitySummary counts={build.vulnerabilities} />
        </RouterLink>
      )}
      <span>
        {t('buildPage.by')}{' '}
        <EntityLink entityRef={build.createdBy} defaultKind="user" />,{' '}
        <Age at={build.createdAt} />
      </span>
    </div>
  );
}

function spanOf(execution: Execution | undefined) {
  return execution?.finishedAt
    ? { from: execution.startedAt, to: execution.finishedAt }
    : undefined;
}

/** What a build does for as long as its span says. */
function runWord(build: Build) {
  if (isTerminal(build.status)) return 'buildPage.ran';
  return build.phase === 'dispatching' || build.phase === 'pending'
    ? 'buildPage.starting'
    : 'buildPage.running';
}
