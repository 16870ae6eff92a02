import { Tool } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { Code } from '../Facts';
import { Condition } from './Condition';
import { scrollable } from '../scrollable';
import styles from './ExecutorsPage.module.css';

const TONES = {
  available: 'good',
  missing: 'absent',
  unusable: 'bad',
} as const;

/** The tools that an executor looked for, and how to get those it lacks. */
export function ToolTable(props: { tools: Tool[] }) {
  const t = useWords();
  return (
    <div
      className={styles.tableScroller}
      role="group"
      aria-label={t('executors.tools')}
      {...scrollable}
    >
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('executors.toolName')}</th>
            <th scope="col">{t('executors.toolStatus')}</th>
            <th scope="col">{t('executors.toolVersion')}</th>
            <th scope="col">{t('executors.toolPath')}</th>
            <th scope="col">{t('executors.toolNote')}</th>
          </tr>
        </thead>
        <tbody>
          {props.tools.map(tool => (
            <tr key={tool.name}>
              <th scope="row">{tool.name}</th>
              <td>
                <Condition tone={TONES[tool.status]}>
                  {t(`executors.${tool.status}`)}
                </Condition>
              </td>
              <td>{tool.version ?? t('common.none')}</td>
              <td>{tool.path ? <Code>{tool.path}</Code> : t('common.none')}</td>
              <td>
                {tool.message && <div>{tool.message}</div>}
                {tool.hint && <div>{tool.hint}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
