import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { useNow, useWords } from '../../hooks';
import { TickingDuration } from '../Age';
import { StepStatusIcon } from '../StatusChip';
import styles from './StepList.module.css';

/** The steps of an attempt in their order; choosing one shows its log. */
export function StepList(props: {
  steps: Step[];
  selected: string | undefined;
  onSelect: (name: string) => void;
}) {
  const t = useWords();
  const isLive = props.steps.some(({ status }) => status === 'running');
  const now = useNow(isLive);
  const whole = wholeOf(props.steps, now);
  return (
    <ol className={styles.list}>
      {props.steps.map(step => (
        <li key={step.id}>
          <button
            type="button"
            className={styles.step}
            aria-current={step.name === props.selected ? 'step' : undefined}
            onClick={() => props.onSelect(step.name)}
          >
            <StepStatusIcon status={step.status} />
            <span className={styles.name}>{step.name}</span>
            <span className={styles.duration}>
              {step.startedAt && (
                <TickingDuration from={step.startedAt} to={step.finishedAt} />
              )}
              {step.status === 'skipped' && t('status.skipped')}
            </span>
            <StepDetail step={step} />
            <StepBar step={step} whole={whole} />
          </button>
        </li>
      ))}
    </ol>
  );
}

type Span = { from: number; to: number };

/** From the begin of the first step to the end of the last, or to now. */
function wholeOf(steps: Step[], now: number): Span {
  const spans = steps.flatMap(step => spanOf(step, now) ?? []);
  return {
    from: Math.min(...spans.map(({ from }) => from)),
    to: Math.max(...spans.map(({ to }) => to)),
  };
}

function spanOf(
  { startedAt, finishedAt }: Step,
  now: number,
): Span | undefined {
  if (!startedAt) return undefined;
  const from = Date.parse(startedAt);
  const to = finishedAt ? Date.parse(finishedAt) : now;
  return { from, to: Math.max(from, to) };
}

/** Its share of the time of all; the timeline tells the same in words. */
function StepBar(props: { step: Step; whole: Span }) {
  const { step, whole } = props;
  const span = spanOf(step, whole.to);
  const total = whole.to - whole.from;
  if (!span || !(total > 0)) return null;
  return (
    <span className={styles.bar} aria-hidden>
      <i
        data-status={step.status}
        style={{
          insetInlineStart: `${((span.from - whole.from) / total) * 100}%`,
          width: `${((span.to - span.from) / total) * 100}%`,
        }}
      />
    </span>
  );
}

function StepDetail(props: { step: Step }) {
  const t = useWords();
  const { exitCode, reason, tool, status, startedAt } = props.step;
  const details = [
    exitCode !== undefined &&
      (exitCode !== 0 || status === 'failed') &&
      t('buildPage.exitCode', { code: String(exitCode) }),
    // Why a step failed stands on its own card above, with what to do about it.
    status !== 'failed' && reason,
    startedAt && tool,
  ].filter(Boolean);
  return details.length > 0 ? (
    <small className={styles.detail}>{details.join(' · ')}</small>
  ) : null;
}
