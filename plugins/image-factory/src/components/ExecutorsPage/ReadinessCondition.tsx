import { ReadinessStatus } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { Condition } from './Condition';

const TONES = {
  ready: 'good',
  warning: 'poor',
  missing: 'bad',
  unknown: 'unknown',
} as const;

/** Whether what builds need is there, as icon and word. */
export function ReadinessCondition(props: { status: ReadinessStatus }) {
  const t = useWords();
  const { status } = props;
  return <Condition tone={TONES[status]}>{t(`readiness.${status}`)}</Condition>;
}
