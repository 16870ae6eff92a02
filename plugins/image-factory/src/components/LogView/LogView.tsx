import { useEffect, useRef, useState } from 'react';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { errorMessage, formatBytes } from '../../format';
import {
  LogWaker,
  Words,
  useFollow,
  useLogStream,
  useWords,
} from '../../hooks';
import { LogStreamState } from '../../log';
import { LogLines, LogLinesHandle } from './LogLines';
import { DownloadLog } from './DownloadLog';
import { scrollable } from '../scrollable';
import styles from './LogView.module.css';

/** A line to bring into view. */
export type LogTarget = { step: string; line: number };

/** The log of one step: live while it grows, whole once it is over. */
export function LogView(props: {
  buildId: string;
  attempt: number;
  step: Step;
  waker: LogWaker;
  /** What the reader asked to see. */
  target: LogTarget | undefined;
  /** The line that shows why the step failed. */
  evidenceLine: number | undefined;
}) {
  const t = useWords();
  const { buildId, attempt, step, waker, target, evidenceLine } = props;
  const log = useLogStream({ buildId, attempt, step: step.name, waker });
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useRef<LogLinesHandle>(null);
  const lineCount = log?.buffer.lineCount ?? 0;
  // What failed opens where the evidence is. A failure that comes while the
  // reader is here marks its line but moves nothing.
  const [opening] = useState<LogTarget | undefined>(
    evidenceLine === undefined
      ? undefined
      : { step: step.name, line: evidenceLine },
  );
  const wanted = target?.step === step.name ? target : opening;
  const targetLine = wanted?.line;
  const { following, setFollowing } = useFollow({
    scroller,
    size: lineCount,
    initially: step.status !== 'completed' && targetLine === undefined,
  });

  const targetLoaded = targetLine !== undefined && targetLine <= lineCount;
  useEffect(() => {
    if (targetLoaded && wanted) {
      setFollowing(false);
      lines.current?.scrollToLine(wanted.line);
    }
  }, [targetLoaded, wanted, setFollowing]);

  return (
    <div className={styles.log}>
      <div className={styles.bar}>
        <span className={styles.title}>{step.name}</span>
        <span className={styles.count}>{log && sizeText(t, log)}</span>
        <button
          type="button"
          className={styles.button}
          aria-pressed={following}
          onClick={() => setFollowing(!following)}
        >
          {t('log.follow')}
        </button>
        <DownloadLog buildId={buildId} attempt={attempt} />
      </div>
      {log?.error && (
        <div className={styles.paused} role="status">
          {t('log.paused', { message: errorMessage(log.error) })}
        </div>
      )}
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={t('log.label', { step: step.name })}
        {...scrollable}
      >
        {log && lineCount > 0 ? (
          <LogLines
            ref={lines}
            buffer={log.buffer}
            lineCount={lineCount}
            scroller={scroller}
            marked={targetLine ?? evidenceLine}
          />
        ) : (
          <LogPlaceholder step={step} status={log?.status} />
        )}
      </div>
    </div>
  );
}

function sizeText(t: Words, log: LogStreamState): string {
  if (log.status === 'catching-up') {
    return t('log.progress', {
      read: formatBytes(log.readBytes),
      total: formatBytes(log.totalBytes),
    });
  }
  const { lineCount } = log.buffer;
  return t(lineCount === 1 ? 'log.linesOne' : 'log.lines', {
    amount: lineCount.toLocaleString('en'),
  });
}

function LogPlaceholder(props: { step: Step; status: string | undefined }) {
  const t = useWords();
  const words = () => {
    if (props.step.status === 'skipped') {
      return t('log.skipped');
    }
    if (props.step.status === 'pending') {
      return t('log.notStarted');
    }
    if (props.status === undefined) {
      return t('log.loading');
    }
    return props.status === 'complete' ? t('log.emptyForGood') : t('log.empty');
  };
  return <div className={styles.placeholder}>{words()}</div>;
}
