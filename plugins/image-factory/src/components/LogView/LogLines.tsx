import {
  ForwardedRef,
  RefObject,
  forwardRef,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
} from 'react';
import {
  LineSelection,
  LogGroup,
  LogLayout,
  hiddenBy,
  wrappedLines,
} from '../../log';
import { ShownLog, useWords } from '../../hooks';
import { Fold, LogRow } from './LogRow';
import { omittedText } from './omittedText';
import { useColumns } from './useColumns';
import { useLogScroll } from './useLogScroll';
import styles from './LogView.module.css';

/** Every row is so high, in pixels; nothing needs measuring then, also at a million lines. */
const LINE_HEIGHT = 20;

/** What the log's view may ask of its lines; a line by its number, from 1. */
export type LogLinesHandle = {
  scrollToLine: (number: number) => void;
  isInView: (number: number) => boolean;
};

type LogLinesProps = {
  log: ShownLog;
  scroller: RefObject<HTMLDivElement>;
  groups: LogGroup[];
  folded: ReadonlyMap<number, number>;
  wraps: boolean;
  showsTimes: boolean;
  search: RegExp | undefined;
  /** The line that the search has come to. */
  currentLine: number | undefined;
  selection: LineSelection | undefined;
  /** The line that shows why the step failed. */
  marked: number | undefined;
  hrefOf: (number: number) => string;
  onSelect: (number: number, isRange: boolean) => void;
  onFold: (number: number) => void;
};

/** The lines in view and some around them. */
export const LogLines = forwardRef(VirtualLines);

function VirtualLines(props: LogLinesProps, ref: ForwardedRef<LogLinesHandle>) {
  const { log, scroller, groups, folded, wraps, showsTimes, selection } = props;
  const t = useWords();
  const { buffer, want } = log;
  const { lineCount } = buffer;
  const columns = useColumns(scroller, wraps, showsTimes);
  const layout = useMemo(
    () =>
      LogLayout.create({
        lineCount,
        lineHeight: LINE_HEIGHT,
        hidden: hiddenBy(groups, folded),
        wrapped: columns
          ? wrappedLines(log.buffer, columns, line => {
              const note = omittedText(t, line);
              return note && ` ${note}`;
            })
          : [],
      }),
    // The buffer grows; each time it does, `log` is another.
    [t, log, lineCount, groups, folded, columns],
  );
  const { height, lines, top, view, scrollToLine } = useLogScroll(
    scroller,
    layout,
  );
  const { from, to } = view;
  useEffect(() => want(from, to), [want, log, from, to]);

  const viewNow = useRef(view);
  viewNow.current = view;
  useImperativeHandle(
    ref,
    () => ({
      scrollToLine: number => scrollToLine(number - 1),
      isInView: number =>
        number > viewNow.current.from && number <= viewNow.current.to,
    }),
    [scrollToLine],
  );
  const groupOf = useMemo(
    () => new Map(groups.map(group => [group.first, group])),
    [groups],
  );
  const gutter = `${Math.max(3, String(lineCount).length)}ch`;
  const foldOf = (index: number): Fold => {
    if (!groupOf.has(index)) return 'none';
    return folded.has(index) ? 'folded' : 'open';
  };

  return (
    <div
      className={styles.canvas}
      style={{ height }}
      data-wraps={wraps || undefined}
    >
      <div
        className={styles.window}
        style={{ transform: `translateY(${top}px)` }}
      >
        {lines.map(index => {
          const number = index + 1;
          return (
            <LogRow
              key={number}
              number={number}
              line={buffer.line(index)}
              gutter={gutter}
              href={props.hrefOf(number)}
              time={showsTimes ? buffer.times.of(number) : undefined}
              hasTimes={showsTimes}
              fold={foldOf(index)}
              hiddenLines={(groupOf.get(index)?.end ?? number) - number}
              hasFolds={groups.length > 0}
              wraps={wraps}
              isMarked={number === props.marked}
              isSelected={
                selection !== undefined &&
                number >= selection.first &&
                number <= selection.last
              }
              isCurrent={number === props.currentLine}
              search={props.search}
              onSelect={props.onSelect}
              onFold={props.onFold}
            />
          );
        })}
      </div>
    </div>
  );
}
