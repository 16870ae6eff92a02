import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { imageFactoryApiRef } from '../../api';
import { useWords } from '../../hooks';
import { LineCutter, LineSelection, shownText } from '../../log';
import styles from './LogView.module.css';

/** The most that the backend gives at once. */
const RANGE_BYTES = 1024 * 1024;
const RANGE_LINES = 100_000;

/** Copies the selected lines as they are shown, also those that are not at hand. */
export function CopyLines(props: {
  buildId: string;
  attempt: number;
  step: string;
  selection: LineSelection;
}) {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const { buildId, attempt, step, selection } = props;
  const [outcome, setOutcome] = useState<{
    of: LineSelection;
    words: 'common.copied' | 'common.copyFailed';
  }>();

  const read = async (): Promise<string> => {
    const lines: string[] = [];
    const wanted = selection.last - selection.first + 1;
    const cutter = LineCutter.create({
      onLine: line => lines.push(shownText(line)),
    });
    let start: { line: number } | { offset: number } = {
      line: selection.first,
    };
    while (lines.length < wanted) {
      const range = await api.readLog(buildId, {
        step,
        attempt,
        ...start,
        maxBytes: RANGE_BYTES,
        maxLines: Math.min(RANGE_LINES, wanted - lines.length),
      });
      if (range.nextOffset === range.offset) break;
      cutter.append(range.text);
      start = { offset: range.nextOffset };
    }
    if (lines.length < wanted && cutter.unfinished) {
      lines.push(shownText(cutter.unfinished));
    }
    return lines.join('\n');
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await read());
      setOutcome({ of: selection, words: 'common.copied' });
    } catch {
      // Browsers refuse it outside a secure context; the text can be selected.
      setOutcome({ of: selection, words: 'common.copyFailed' });
    }
  };
  const isOne = selection.first === selection.last;
  return (
    <button type="button" className={styles.button} onClick={copy}>
      {outcome?.of === selection
        ? t(outcome.words)
        : t(isOne ? 'log.copyLine' : 'log.copyLines')}
    </button>
  );
}
