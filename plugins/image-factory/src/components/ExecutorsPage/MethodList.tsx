import { Text } from '@backstage/ui';
import { ExecutorMethod } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { Condition } from './Condition';
import styles from './ExecutorsPage.module.css';

/** Which methods an executor can run, and what the others lack there. */
export function MethodList(props: { methods: ExecutorMethod[] }) {
  const t = useWords();
  return (
    <ul className={styles.methods}>
      {props.methods.map(method => (
        <li key={method.id} className={styles.method}>
          <span>{method.title}</span>
          <Condition tone={method.available ? 'good' : 'absent'}>
            {method.available
              ? t('executors.methodReady')
              : t('executors.methodNotReady')}
          </Condition>
          <Text color="secondary">
            {method.available
              ? method.tool && t('executors.withTool', { tool: method.tool })
              : [method.message, method.hint].filter(Boolean).join(' ')}
          </Text>
        </li>
      ))}
    </ul>
  );
}
