import {
  RemixiconComponentType,
  RiArrowGoBackLine,
  RiCheckboxBlankCircleLine,
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiErrorWarningLine,
  RiForbidLine,
  RiLoader4Line,
  RiPauseCircleLine,
  RiSkipForwardLine,
  RiTimeLine,
} from '@remixicon/react';
import {
  BuildPhase,
  BuildStatus,
  ExecutionStatus,
  StepStatus,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Words, useWords } from '../../hooks';
import styles from './StatusChip.module.css';

/** What a running build does that no step of it runs in. */
type Underway = 'starting' | 'stopping';

type Look = {
  icon: RemixiconComponentType;
  tone: 'neutral' | 'info' | 'success' | 'danger' | 'warning';
};

const LOOKS: Record<
  BuildStatus | Underway | 'skipped' | 'notStarted' | 'lost' | 'handedBack',
  Look
> = {
  pending: { icon: RiPauseCircleLine, tone: 'neutral' },
  queued: { icon: RiTimeLine, tone: 'warning' },
  running: { icon: RiLoader4Line, tone: 'info' },
  starting: { icon: RiLoader4Line, tone: 'warning' },
  stopping: { icon: RiLoader4Line, tone: 'neutral' },
  completed: { icon: RiCheckboxCircleFill, tone: 'success' },
  failed: { icon: RiCloseCircleFill, tone: 'danger' },
  cancelled: { icon: RiForbidLine, tone: 'neutral' },
  skipped: { icon: RiSkipForwardLine, tone: 'neutral' },
  notStarted: { icon: RiCheckboxBlankCircleLine, tone: 'neutral' },
  lost: { icon: RiErrorWarningLine, tone: 'warning' },
  handedBack: { icon: RiArrowGoBackLine, tone: 'neutral' },
};

/** The word for a build's status; of a running one whose phase is known, for that. */
export function statusText(
  t: Words,
  status: BuildStatus,
  phase?: BuildPhase,
): string {
  return t(`status.${lookOf(status, phase)}`);
}

/** The status of a build as icon and word, never as a colour alone. */
export function StatusChip(props: { status: BuildStatus; phase?: BuildPhase }) {
  const t = useWords();
  const { status, phase } = props;
  const { icon: Icon, tone } = LOOKS[lookOf(status, phase)];
  return (
    <span className={styles.chip} data-tone={tone}>
      <Icon
        aria-hidden
        className={status === 'running' ? styles.spinning : styles.icon}
      />
      {statusText(t, status, phase)}
    </span>
  );
}

/** How an attempt ended, or that it runs, as icon and word. */
export function ExecutionStatusChip(props: {
  status: ExecutionStatus;
  /** The API calls lost what was handed back to the queue on purpose, too; nothing went wrong with it. */
  isHandedBack: boolean;
}) {
  const t = useWords();
  const look =
    props.status === 'lost' && props.isHandedBack ? 'handedBack' : props.status;
  const { icon: Icon, tone } = LOOKS[look];
  return (
    <span className={styles.chip} data-tone={tone}>
      <Icon
        aria-hidden
        className={props.status === 'running' ? styles.spinning : styles.icon}
      />
      {t(`status.${look}`)}
    </span>
  );
}

/** Stands where steps have the icon of their status, beside a wait that says so itself. */
export function WaitIcon() {
  return (
    <span className={styles.step} data-tone="warning">
      <RiTimeLine aria-hidden className={styles.icon} />
    </span>
  );
}

/** A build that waits for its first step, maybe for a node to be bought, does not run for its reader. */
function lookOf(
  status: BuildStatus,
  phase: BuildPhase | undefined,
): BuildStatus | Underway {
  if (status !== 'running') return status;
  switch (phase) {
    case 'dispatching':
    case 'pending':
      return 'starting';
    case 'stopping':
      return 'stopping';
    default:
      return 'running';
  }
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
