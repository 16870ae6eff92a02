import { useWords } from '../../hooks';
import { CopyButton } from '../CopyButton';
import { Code } from '../Facts';
import styles from './BuildPage.module.css';

/** What to type to use an image, one command a tool; `label` says what the list is for. */
export function ToolCommands(props: {
  label: string;
  commands: { tool: string; text: string }[];
}) {
  const t = useWords();
  return (
    <ul className={styles.commands} aria-label={props.label}>
      {props.commands.map(({ tool, text }) => (
        <li key={tool} className={styles.copyable}>
          <Code>{text}</Code>
          <CopyButton text={text} what={t('result.command', { tool })} />
        </li>
      ))}
    </ul>
  );
}
