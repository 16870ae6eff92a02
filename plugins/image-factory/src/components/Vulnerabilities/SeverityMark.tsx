import {
  RemixiconComponentType,
  RiArrowDownSLine,
  RiArrowUpDoubleLine,
  RiArrowUpSLine,
  RiEqualLine,
  RiQuestionMark,
} from '@remixicon/react';
import { VulnerabilitySeverity } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import styles from './Vulnerabilities.module.css';

const ICONS: Record<VulnerabilitySeverity, RemixiconComponentType> = {
  critical: RiArrowUpDoubleLine,
  high: RiArrowUpSLine,
  medium: RiEqualLine,
  low: RiArrowDownSLine,
  unknown: RiQuestionMark,
};

/** How bad something is, as icon and word. */
export function SeverityMark(props: { severity: VulnerabilitySeverity }) {
  const t = useWords();
  const { severity } = props;
  const Icon = ICONS[severity];
  return (
    <span className={styles.severity} data-severity={severity}>
      <Icon aria-hidden className={styles.icon} />
      {t(`severity.${severity}`)}
    </span>
  );
}
