import { formatDuration } from '../../format';
import { useWords } from '../../hooks';
import { ExecutionStatusChip } from '../StatusChip';
import { StepLink } from './BuildTimeline';
import { TimelineBarRow } from './TimelineBarRow';
import { Axis } from './toAxis';
import { TimelineAttempt } from './toTimeline';
import styles from './BuildTimeline.module.css';

/** One attempt of a timeline; its head is left out where it is the only one. */
export function TimelineAttemptRows(props: {
  attempt: TimelineAttempt;
  isOnly: boolean;
  axis: Axis;
  stepLink: StepLink;
}) {
  const t = useWords();
  const { attempt, isOnly, axis, stepLink } = props;
  const { execution, isHandedBack, idle, rows, hasUnknownSteps } = attempt;
  return (
    <tbody>
      {idle && (
        <tr className={styles.idle}>
          <td colSpan={4}>
            {t('timeline.idle', {
              duration: formatDuration(idle.to - idle.from, t),
            })}
          </td>
        </tr>
      )}
      {!isOnly && (
        <tr className={styles.attempt}>
          <th colSpan={4} scope="rowgroup">
            <span className={styles.attemptHead}>
              {t('attempts.link', { attempt: attempt.attempt })}
              {execution && (
                <ExecutionStatusChip
                  status={execution.status}
                  isHandedBack={isHandedBack ?? false}
                />
              )}
            </span>
          </th>
        </tr>
      )}
      {rows.map(row => (
        <TimelineBarRow
          key={row.step?.name ?? row.kind}
          attempt={attempt.attempt}
          row={row}
          axis={axis}
          stepLink={stepLink}
        />
      ))}
      {hasUnknownSteps && (
        <tr className={styles.idle}>
          <td colSpan={4}>{t('timeline.unknown')}</td>
        </tr>
      )}
    </tbody>
  );
}
