import { StepStatus } from '@image-factory/backstage-plugin-image-factory-common';
import {
  formatDateTime,
  formatDuration,
  formatTickingDuration,
  formatTime,
} from '../../format';
import { Words, useWords } from '../../hooks';
import { StepStatusIcon, WaitIcon } from '../StatusChip';
import { StepLink } from './BuildTimeline';
import { Axis } from './toAxis';
import { Span, TimelineRow } from './toTimeline';
import styles from './BuildTimeline.module.css';

/** One thing that an attempt did for a while. */
export function TimelineBarRow(props: {
  attempt: number;
  row: TimelineRow;
  axis: Axis;
  stepLink: StepLink;
}) {
  const t = useWords();
  const { attempt, row, axis, stepLink } = props;
  const { kind, step, span } = row;
  const name = kind === 'step' ? step!.name : t(`timeline.${kind}`);
  return (
    <tr data-empty={!span || undefined}>
      <th scope="row" className={styles.name}>
        <span className={styles.nameRow}>
          {step ? <StepStatusIcon status={step.status} /> : <WaitIcon />}
          <span>
            {step && step.status !== 'skipped' && step.status !== 'pending'
              ? stepLink(attempt, step.name, step.name)
              : name}
          </span>
        </span>
      </th>
      <td className={styles.began}>{span && <Moment at={span.from} />}</td>
      <td className={styles.took}>
        {span ? duration(t, span) : step && withoutTime(t, step.status)}
      </td>
      <td className={styles.bars}>
        <div className={styles.track} aria-hidden>
          {axis.ticks.map(({ place, elapsed }) => (
            <i
              key={elapsed}
              className={styles.line}
              style={{ insetInlineStart: `${place * 100}%` }}
            />
          ))}
          {axis.cuts.map(place => (
            <i
              key={`cut-${place}`}
              className={styles.cut}
              style={{ insetInlineStart: `${place * 100}%` }}
            />
          ))}
          {span && (
            <i
              className={styles.bar}
              data-tone={step ? step.status : kind}
              data-live={span.isLive || undefined}
              title={`${name}: ${duration(t, span)}`}
              style={barStyle(axis, span)}
            />
          )}
        </div>
      </td>
    </tr>
  );
}

function barStyle(axis: Axis, { from, to }: Span) {
  const start = axis.placeOf(from);
  return {
    insetInlineStart: `${start * 100}%`,
    width: `${(axis.placeOf(to) - start) * 100}%`,
  };
}

/** The time of day is what logs have as well; the date is for whoever points at it. */
function Moment(props: { at: number }) {
  const t = useWords();
  return (
    <time
      dateTime={new Date(props.at).toISOString()}
      title={formatDateTime(props.at, t)}
    >
      {formatTime(props.at, t)}
    </time>
  );
}

function duration(t: Words, { from, to, isLive }: Span): string {
  return isLive
    ? formatTickingDuration(to - from, t)
    : formatDuration(to - from, t);
}

function withoutTime(t: Words, status: StepStatus): string {
  return t(status === 'skipped' ? 'status.skipped' : 'status.notStarted');
}
