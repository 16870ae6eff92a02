import { useState } from 'react';
import { Button } from '@backstage/ui';
import { useWords } from '../../hooks';
import { Code } from '../Facts';
import styles from './LongText.module.css';

/** About what the lines take that are shown of it in a narrow column. */
const LONG = 240;

/** What a machine reads; the first lines of it where it is long, until somebody wants to see all. */
export function LongText(props: { text: string }) {
  const t = useWords();
  const { text } = props;
  const [isWhole, setWhole] = useState(false);
  if (text.length <= LONG) return <Code>{text}</Code>;
  return (
    <>
      <span className={isWhole ? undefined : styles.cut}>
        <Code>{text}</Code>
      </span>
      <Button
        size="small"
        variant="tertiary"
        aria-expanded={isWhole}
        onPress={() => setWhole(!isWhole)}
      >
        {t(isWhole ? 'common.showLess' : 'common.showAll')}
      </Button>
    </>
  );
}
