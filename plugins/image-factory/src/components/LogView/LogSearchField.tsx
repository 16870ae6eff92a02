import { KeyboardEvent, RefObject } from 'react';
import { RiArrowDownSLine, RiArrowUpSLine } from '@remixicon/react';
import { errorSentence, formatNumber } from '../../format';
import { FoundLines, Words, useWords } from '../../hooks';
import styles from './LogView.module.css';

const LINE = /^:\s*(\d{1,12})$/;

/** What is written into the field: a text to look for, or a line to go to. */
export function readQuery(text: string): { search: string; line?: number } {
  if (!text.startsWith(':')) return { search: text };
  const match = LINE.exec(text);
  return match ? { search: '', line: Number(match[1]) } : { search: '' };
}

/** Looks for a text in the whole log: Enter goes to the next line that has it, with Shift to the one before. */
export function LogSearchField(props: {
  field: RefObject<HTMLInputElement>;
  text: string;
  found: FoundLines;
  onChange: (text: string) => void;
  onGoToLine: (number: number) => void;
  onClose: () => void;
}) {
  const t = useWords();
  const { field, text, found, onChange, onGoToLine, onClose } = props;
  const { search, line } = readQuery(text);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      onClose();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (line !== undefined) onGoToLine(line);
      else if (event.shiftKey) found.previous();
      else found.next();
    }
  };
  const hasMatches = found.matches.length > 0;
  return (
    <div className={styles.search} role="search" aria-label={t('log.search')}>
      <input
        ref={field}
        type="search"
        className={styles.field}
        value={text}
        placeholder={t('log.searchHint')}
        aria-label={t('log.searchLabel')}
        aria-keyshortcuts="/"
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        onChange={event => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {search !== '' && (
        <>
          <span className={styles.hits} role="status">
            {hitsText(t, found)}
          </span>
          <button
            type="button"
            className={styles.iconButton}
            aria-label={t('log.previousMatch')}
            disabled={!hasMatches}
            onClick={found.previous}
          >
            <RiArrowUpSLine size={16} />
          </button>
          <button
            type="button"
            className={styles.iconButton}
            aria-label={t('log.nextMatch')}
            disabled={!hasMatches}
            onClick={found.next}
          >
            <RiArrowDownSLine size={16} />
          </button>
        </>
      )}
    </div>
  );
}

function hitsText(t: Words, found: FoundLines): string {
  const { matches, hasMore, isSearching, error, current } = found;
  if (error) return t('log.searchFailed', { message: errorSentence(error) });
  if (matches.length === 0) {
    return isSearching ? t('log.searching') : t('log.noMatch');
  }
  const amount = formatNumber(matches.length, t);
  return t('log.matches', {
    current: formatNumber(current + 1, t),
    amount: hasMore ? `${amount}+` : amount,
  });
}
