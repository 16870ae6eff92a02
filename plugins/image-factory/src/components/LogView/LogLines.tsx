import {
  ForwardedRef,
  RefObject,
  forwardRef,
  useImperativeHandle,
} from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useWords } from '../../hooks';
import { LogBuffer } from '../../log';
import { LogText } from './LogText';
import styles from './LogView.module.css';

/** Every line is so high, in pixels; nothing needs measuring then, also at a million lines. */
const LINE_HEIGHT = 20;
const PADDING = 8;
const OVERSCAN = 30;

/** What the log's view may ask of its lines. */
export type LogLinesHandle = { scrollToLine: (line: number) => void };

type LogLinesProps = {
  buffer: LogBuffer;
  lineCount: number;
  scroller: RefObject<HTMLDivElement>;
  marked: number | undefined;
};

/** The lines in view and some around them. */
export const LogLines = forwardRef(VirtualLines);

function VirtualLines(props: LogLinesProps, ref: ForwardedRef<LogLinesHandle>) {
  const t = useWords();
  const { buffer, lineCount, scroller, marked } = props;
  const virtualizer = useVirtualizer({
    count: lineCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: OVERSCAN,
    paddingStart: PADDING,
    paddingEnd: PADDING,
  });
  useImperativeHandle(
    ref,
    () => ({
      scrollToLine: line =>
        virtualizer.scrollToIndex(line - 1, { align: 'center' }),
    }),
    [virtualizer],
  );
  const items = virtualizer.getVirtualItems();
  const gutter = `${Math.max(3, String(lineCount).length)}ch`;

  return (
    <div
      className={styles.canvas}
      style={{ height: virtualizer.getTotalSize() }}
    >
      <div
        className={styles.window}
        style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}
      >
        {items.map(({ index }) => {
          const line = buffer.line(index);
          return (
            <div
              key={index}
              className={styles.line}
              data-marked={index + 1 === marked || undefined}
            >
              <span
                className={styles.number}
                style={{ width: gutter }}
                aria-hidden
              >
                {index + 1}
              </span>
              {line && line.omitted > 0 && (
                <span className={styles.omitted}>
                  {t('log.omitted', {
                    amount: line.omitted.toLocaleString('en'),
                  })}
                </span>
              )}
              <span className={styles.text}>
                {line && <LogText line={line} />}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
