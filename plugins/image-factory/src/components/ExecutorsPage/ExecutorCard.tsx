import { Alert, Text } from '@backstage/ui';
import { Executor } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { Age } from '../Age';
import { Section } from '../Section';
import { ClusterFacts } from './ClusterFacts';
import { ClusterReadiness } from './ClusterReadiness';
import { Condition } from './Condition';
import { MethodList } from './MethodList';
import { Throttled } from './Throttled';
import { ToolList } from './ToolList';
import styles from './ExecutorsPage.module.css';

/** One executor: whether it is well, how much it runs, with which tools, and for which methods. */
export function ExecutorCard(props: { executor: Executor }) {
  const t = useWords();
  const { executor } = props;
  const tones = {
    healthy: 'good',
    degraded: 'poor',
    unavailable: 'bad',
  } as const;
  return (
    <Section
      title={executor.title}
      note={
        <>
          {t('executors.capacity', {
            running: String(executor.running),
            max: String(executor.maxRunning),
          })}
          {executor.checkedAt && (
            <>
              {' · '}
              {t('executors.checked')} <Age at={executor.checkedAt} />
            </>
          )}
        </>
      }
      action={
        <Condition tone={tones[executor.health]}>
          {t(`executors.${executor.health}`)}
        </Condition>
      }
    >
      {executor.message && (
        <Alert
          status={executor.health === 'healthy' ? 'info' : 'warning'}
          icon
          title={executor.message}
          description={executor.hint}
        />
      )}
      {executor.throttled && executor.health !== 'unavailable' && (
        <Throttled
          maxRunning={executor.maxRunning}
          throttling={executor.throttled}
        />
      )}
      <div className={styles.group}>
        <Text as="h3" weight="bold">
          {t('executors.methods')}
        </Text>
        <MethodList
          methods={executor.methods}
          isDown={executor.health === 'unavailable'}
        />
      </div>
      {executor.type === 'kubernetes' && (
        <>
          <ClusterFacts executor={executor} />
          <ClusterReadiness executorId={executor.id} />
        </>
      )}
      {executor.type !== 'kubernetes' && executor.tools.length > 0 && (
        <div className={styles.group}>
          <Text as="h3" weight="bold">
            {t('executors.tools')}
          </Text>
          <ToolList tools={executor.tools} />
        </div>
      )}
    </Section>
  );
}
