import {
  RemixiconComponentType,
  RiCheckboxBlankCircleLine,
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiForbidLine,
  RiLoader4Line,
  RiPauseCircleLine,
  RiSkipForwardLine,
  RiTimeLine,
} from '@remixicon/react';
import {
  BuildStatus,
  StepStatus,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Words, useWords } from '../../hooks';
import styles from './StatusChip.module.css';

type Look = {
  icon: RemixiconComponentType;
  tone: 'neutral' | 'info' | 'success' | 'danger' | 'warning';
};

const LOOKS: Record<BuildStatus | 'skipped' | 'notStarted', Look> = {
  pending: { icon: RiPauseCircleLine, tone: 'neutral' },
  queued: { icon: RiTimeLine, tone: 'warning' },
  running: { icon: RiLoader4Line, tone: 'info' },
  completed: { icon: RiCheckboxCircleFill, tone: 'success' },
  failed: { icon: RiCloseCircleFill, tone: 'danger' },
  cancelled: { icon: RiForbidLine, tone: 'neutral' },
  skipped: { icon: RiSkipForwardLine, tone: 'neutral' },
  notStarted: { icon: RiCheckboxBlankCircleLine, tone: 'neutral' },
};

/** The word for a build's status. */
export function statusText(t: Words, status: BuildStatus): string {
  return t(`status.${status}`);
}

/** The status of a build as icon and word, never as a colour alone. */
export function StatusChip(props: { status: BuildStatus }) {
  const t = useWords();
  const { icon: Icon, tone } = LOOKS[props.status];
  return (
    <span className={styles.chip} data-tone={tone}>
      <Icon
        aria-hidden
        className={props.status === 'running' ? styles.spinning : styles.icon}
      />
      {statusText(t, props.status)}
    </span>
  );
}

/** The status of a step as an icon whose word only a screen reader needs. */
export function StepStatusIcon(props: { status: StepStatus }) {
  const t = useWords();
  const key = props.status === 'pending' ? 'notStarted' : props.status;
  const { icon: Icon, tone } = LOOKS[key];
  return (
    <span className={styles.step} data-tone={tone} title={t(`status.${key}`)}>
      <Icon
        aria-hidden
        className={key === 'running' ? styles.spinning : styles.icon}
      />
      <span className={styles.hidden}>{t(`status.${key}`)}</span>
    </span>
  );
}
