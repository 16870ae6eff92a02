import {
  Accordion,
  AccordionPanel,
  AccordionTrigger,
  Text,
} from '@backstage/ui';
import {
  ReadinessFinding,
  ReadinessStatus,
} from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { FindingList, nameOfCheck } from './FindingList';
import { ReadinessCondition } from './ReadinessCondition';
import styles from './Readiness.module.css';

/** How a cluster or a namespace is, in a line that opens to all that was found there; open where something has to be mended. */
export function ReadinessPlace(props: {
  title: string;
  detail?: string;
  status: ReadinessStatus;
  findings: ReadinessFinding[];
}) {
  const t = useWords();
  const { title, detail, status, findings } = props;
  const wanting = findings.filter(finding =>
    ['missing', 'warning'].includes(finding.status),
  );
  return (
    <Accordion
      className={styles.place}
      defaultExpanded={status === 'missing' || status === 'warning'}
    >
      <AccordionTrigger level={4}>
        <span className={styles.placeHead}>
          <ReadinessCondition status={status} />
          <span className={styles.placeName}>{title}</span>
          {detail && <Text color="secondary">{detail}</Text>}
          {wanting.length > 0 && (
            <Text color="secondary">
              {t('readiness.wanting', {
                checks: wanting
                  .map(({ check }) => nameOfCheck(t, check))
                  .join(', '),
              })}
            </Text>
          )}
        </span>
      </AccordionTrigger>
      <AccordionPanel>
        <FindingList findings={findings} />
      </AccordionPanel>
    </Accordion>
  );
}
