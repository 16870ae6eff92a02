import { Text } from '@backstage/ui';
import { Tool } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { Code } from '../Facts';
import { Condition } from './Condition';
import styles from './ExecutorsPage.module.css';

const TONES = {
  available: 'good',
  missing: 'absent',
  unusable: 'bad',
} as const;

/** The tools that an executor looked for, and how to get those it lacks. */
export function ToolList(props: { tools: Tool[] }) {
  const t = useWords();
  return (
    <ul className={styles.tools} aria-label={t('executors.tools')}>
      {props.tools.map(tool => (
        <li key={tool.name} className={styles.tool}>
          <span className={styles.toolName}>{tool.name}</span>
          <Condition tone={TONES[tool.status]}>
            {t(`executors.${tool.status}`)}
          </Condition>
          <span>{tool.version}</span>
          <span>{tool.path && <Code>{tool.path}</Code>}</span>
          {(tool.message || tool.hint) && (
            <div className={styles.toolNote}>
              {[tool.message, tool.hint].filter(Boolean).map(text => (
                <Text key={text} as="p" color="secondary">
                  {text}
                </Text>
              ))}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
