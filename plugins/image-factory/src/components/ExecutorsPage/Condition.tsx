import { ReactNode } from 'react';
import {
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiErrorWarningFill,
  RiForbidLine,
  RiQuestionLine,
} from '@remixicon/react';
import styles from './ExecutorsPage.module.css';

const ICONS = {
  good: RiCheckboxCircleFill,
  poor: RiErrorWarningFill,
  bad: RiCloseCircleFill,
  absent: RiForbidLine,
  unknown: RiQuestionLine,
};

/** How something is, as icon and word. */
export function Condition(props: {
  tone: keyof typeof ICONS;
  children: ReactNode;
}) {
  const Icon = ICONS[props.tone];
  return (
    <span className={styles.condition} data-tone={props.tone}>
      <Icon aria-hidden size={16} />
      <span>{props.children}</span>
    </span>
  );
}
