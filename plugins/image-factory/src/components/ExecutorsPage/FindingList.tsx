import { Text } from '@backstage/ui';
import { ReadinessFinding } from '@image-factory/backstage-plugin-image-factory-common';
import { Words, useWords } from '../../hooks';
import { ReadinessCondition } from './ReadinessCondition';
import styles from './Readiness.module.css';

/** What was looked at, what was found, and what to do about it. */
export function FindingList(props: { findings: ReadinessFinding[] }) {
  const t = useWords();
  return (
    <ul className={styles.findings}>
      {props.findings.map(finding => (
        <li key={finding.check} className={styles.finding}>
          <span className={styles.check}>{nameOfCheck(t, finding.check)}</span>
          <ReadinessCondition status={finding.status} />
          <div className={styles.found}>
            <Text as="p">{finding.message}</Text>
            {finding.hint && (
              <Text as="p" color="secondary">
                {finding.hint}
              </Text>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Those that the backend has today; another one is called what it calls it. */
export function nameOfCheck(t: Words, check: string): string {
  switch (check) {
    case 'api':
      return t('readiness.check.api');
    case 'tekton':
      return t('readiness.check.tekton');
    case 'feature-flags':
      return t('readiness.check.featureFlags');
    case 'step-images':
      return t('readiness.check.stepImages');
    case 'layer-cache':
      return t('readiness.check.layerCache');
    case 'namespace':
      return t('readiness.check.namespace');
    case 'pod-security':
      return t('readiness.check.podSecurity');
    case 'service-account':
      return t('readiness.check.serviceAccount');
    case 'quota':
      return t('readiness.check.quota');
    case 'limit-range':
      return t('readiness.check.limitRange');
    case 'rights':
      return t('readiness.check.rights');
    case 'excess-rights':
      return t('readiness.check.excessRights');
    case 'secrets':
      return t('readiness.check.secrets');
    case 'usage':
      return t('readiness.check.usage');
    default:
      return check;
  }
}
