import { Text } from '@backstage/ui';
import { ExecutorMethod } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { Condition } from './Condition';
import styles from './ExecutorsPage.module.css';

/** Which methods an executor can run, and what the others lack there. */
export function MethodList(props: {
  methods: ExecutorMethod[];
  /** Nothing can run on the executor, whatever it has. */
  isDown: boolean;
}) {
  const t = useWords();
  if (props.methods.length === 0) {
    return <Text color="secondary">{t('executors.methodsNone')}</Text>;
  }
  return (
    <ul className={styles.methods}>
      {props.methods.map(method => (
        <li key={method.id} className={styles.method}>
          <span>{method.title}</span>
          <Condition
            tone={method.available && !props.isDown ? 'good' : 'absent'}
          >
            {t(wordOf(method, props.isDown))}
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

function wordOf({ available }: ExecutorMethod, isDown: boolean) {
  if (!available) return 'executors.methodNotReady';
  return isDown ? 'executors.methodWaits' : 'executors.methodReady';
}
