import { MouseEvent, memo } from 'react';
import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import { formatDateTime, formatNumber, formatTime } from '../../format';
import { useWords } from '../../hooks';
import { LogLine, isGroupEnd, isHeading } from '../../log';
import { LogText } from './LogText';
import { omittedText } from './omittedText';
import styles from './LogView.module.css';

/** How a line can be folded: not at all, or with those of its group. */
export type Fold = 'none' | 'open' | 'folded';

/** One line of a log with its number. */
export const LogRow = memo(Row);

function Row(props: {
  /** From 1. */
  number: number;
  /** Undefined while it is fetched. */
  line: LogLine | undefined;
  /** How wide the numbers are. */
  gutter: string;
  href: string;
  /** When it came, in ISO 8601; absent where times are not shown. */
  time: string | undefined;
  hasTimes: boolean;
  fold: Fold;
  /** How many lines it hides. */
  hiddenLines: number;
  hasFolds: boolean;
  wraps: boolean;
  isMarked: boolean;
  isSelected: boolean;
  isCurrent: boolean;
  search: RegExp | undefined;
  onSelect: (number: number, isRange: boolean) => void;
  onFold: (number: number) => void;
}) {
  const t = useWords();
  const { number, line, fold, href, onSelect, onFold } = props;
  const select = (event: MouseEvent) => {
    // With a key that opens the link elsewhere, it is a link like any other.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onSelect(number, event.shiftKey);
  };
  const omitted = line && omittedText(t, line);
  const isHead = line !== undefined && isHeading(line);
  return (
    <div
      className={styles.line}
      data-line={number}
      data-marked={props.isMarked || undefined}
      data-selected={props.isSelected || undefined}
      data-current={props.isCurrent || undefined}
      data-ending={(line && isGroupEnd(line.text)) || undefined}
    >
      {/* For the mouse; whoever has none writes “:120” into the search field. */}
      <a
        className={styles.number}
        style={{ width: props.gutter }}
        href={href}
        onClick={select}
        tabIndex={-1}
        aria-hidden="true"
      >
        {number}
      </a>
      {props.hasTimes && (
        <time
          className={styles.time}
          dateTime={props.time}
          title={props.time && formatDateTime(props.time, t)}
        >
          {props.time && formatTime(props.time, t)}
        </time>
      )}
      {props.hasFolds && (
        <span className={styles.foldColumn}>
          {fold !== 'none' && (
            <button
              type="button"
              className={styles.fold}
              aria-expanded={fold === 'open'}
              aria-label={t('log.group', { line: number })}
              onClick={() => onFold(number)}
            >
              {fold === 'open' ? (
                <RiArrowDownSLine size={16} />
              ) : (
                <RiArrowRightSLine size={16} />
              )}
            </button>
          )}
        </span>
      )}
      {/* Where lines are not wrapped, its end is far out of view. */}
      {omitted && !props.wraps && (
        <span className={styles.omitted}>{omitted}</span>
      )}
      <span className={isHead ? styles.groupTitle : styles.text} data-column>
        <span data-text>
          {line && (
            <LogText line={line} search={props.search} isHeading={isHead} />
          )}
        </span>
        {/* It flows on after the text, so that its rows are counted like those. */}
        {omitted && props.wraps && (
          <>
            {' '}
            <span className={styles.omittedEnd}>{omitted}</span>
          </>
        )}
      </span>
      {fold === 'folded' && (
        <span className={styles.hidden}>
          {t(props.hiddenLines === 1 ? 'log.hiddenOne' : 'log.hidden', {
            amount: formatNumber(props.hiddenLines, t),
          })}
        </span>
      )}
    </div>
  );
}
