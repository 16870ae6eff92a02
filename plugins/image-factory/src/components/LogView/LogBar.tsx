import { ComponentProps } from 'react';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { RiArrowDownLine, RiArrowUpLine } from '@remixicon/react';
import { formatBytes, formatNumber } from '../../format';
import { ShownLog, Words, useWords } from '../../hooks';
import { LineSelection } from '../../log';
import { CopyLines } from './CopyLines';
import { DownloadLog } from './DownloadLog';
import { LogSearchField } from './LogSearchField';
import { Folds } from './useFolds';
import styles from './LogView.module.css';

/** What stands above a log: what it is, the search, and how it is shown. */
export function LogBar(props: {
  buildId: string;
  attempt: number;
  step: Step;
  log: ShownLog | undefined;
  search: ComponentProps<typeof LogSearchField>;
  selection: LineSelection | undefined;
  onClearSelection: () => void;
  folds: Folds;
  wraps: boolean;
  onWrap: (wraps: boolean) => void;
  showsTimes: boolean;
  onTimes: (showsTimes: boolean) => void;
  following: boolean;
  onFollow: (following: boolean) => void;
  onStart: () => void;
  onEnd: () => void;
}) {
  const t = useWords();
  const { buildId, attempt, step, log, selection, folds } = props;
  return (
    <div className={styles.bar}>
      <div className={styles.heading}>
        <span className={styles.title}>{step.name}</span>
        <span className={styles.count}>{log && sizeText(t, log)}</span>
      </div>
      <LogSearchField {...props.search} />
      <div className={styles.actions}>
        {selection && (
          <>
            <CopyLines
              buildId={buildId}
              attempt={attempt}
              step={step.name}
              selection={selection}
            />
            <button
              type="button"
              className={styles.button}
              onClick={props.onClearSelection}
            >
              {t('log.clearSelection')}
            </button>
          </>
        )}
        {folds.hasGroups && (
          <button
            type="button"
            className={styles.button}
            onClick={folds.areAllFolded ? folds.unfoldAll : folds.foldAll}
          >
            {t(folds.areAllFolded ? 'log.unfoldAll' : 'log.foldAll')}
          </button>
        )}
        {log && !log.buffer.times.isEmpty && (
          <button
            type="button"
            className={styles.button}
            aria-pressed={props.showsTimes}
            onClick={() => props.onTimes(!props.showsTimes)}
          >
            {t('log.times')}
          </button>
        )}
        <button
          type="button"
          className={styles.button}
          aria-pressed={props.wraps}
          onClick={() => props.onWrap(!props.wraps)}
        >
          {t('log.wrap')}
        </button>
        {log?.status !== 'complete' && (
          <button
            type="button"
            className={styles.button}
            aria-pressed={props.following}
            onClick={() => props.onFollow(!props.following)}
          >
            {t('log.follow')}
          </button>
        )}
        <button
          type="button"
          className={styles.iconButton}
          aria-label={t('log.start')}
          title={t('log.start')}
          onClick={props.onStart}
        >
          <RiArrowUpLine size={16} />
        </button>
        <button
          type="button"
          className={styles.iconButton}
          aria-label={t('log.end')}
          title={t('log.end')}
          onClick={props.onEnd}
        >
          <RiArrowDownLine size={16} />
        </button>
        <DownloadLog buildId={buildId} attempt={attempt} />
      </div>
    </div>
  );
}

function sizeText(t: Words, log: ShownLog): string {
  if (log.status === 'catching-up') {
    return t('log.progress', {
      read: formatBytes(log.readBytes, t),
      total: formatBytes(log.totalBytes, t),
    });
  }
  const { lineCount } = log.buffer;
  return t(lineCount === 1 ? 'log.linesOne' : 'log.lines', {
    amount: formatNumber(lineCount, t),
  });
}
