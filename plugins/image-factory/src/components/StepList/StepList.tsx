import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
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
          </button>
        </li>
      ))}
    </ol>
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
