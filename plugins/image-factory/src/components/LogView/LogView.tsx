import {
  ClipboardEvent,
  KeyboardEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { errorSentence, formatNumber } from '../../format';
import {
  LogWaker,
  useFollow,
  useLogFinder,
  useLogStream,
  useWords,
} from '../../hooks';
import { LineSelection, findGroups, literally } from '../../log';
import { scrollable } from '../scrollable';
import { LogBar } from './LogBar';
import { LogLines, LogLinesHandle } from './LogLines';
import { LogPlaceholder } from './LogPlaceholder';
import { readQuery } from './LogSearchField';
import { copiedText } from './copiedText';
import { useBringIntoView } from './useBringIntoView';
import { useFolds } from './useFolds';
import { useRememberedToggle } from './useRememberedToggle';
import styles from './LogView.module.css';

/** A line to bring into view. */
export type LogTarget = { step: string; line: number };

/** Which lines the address of the page points to, and how it is made to. */
export type LogPermalink = {
  selection: LineSelection | undefined;
  hrefOf: (selection: LineSelection) => string;
  select: (selection: LineSelection | undefined) => void;
};

/** The log of one step: live while it grows, whole once it is over, however long it is. */
export function LogView(props: {
  buildId: string;
  attempt: number;
  step: Step;
  waker: LogWaker;
  permalink: LogPermalink;
  /** What the reader asked to see; it is brought into view each time it is another object. */
  target: LogTarget | undefined;
  /** The line that shows why the step failed. */
  evidenceLine: number | undefined;
}) {
  const t = useWords();
  const { buildId, attempt, step, waker, target, evidenceLine } = props;
  const { selection, hrefOf, select } = props.permalink;
  const log = useLogStream({ buildId, attempt, step, waker });
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useRef<LogLinesHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const lineCount = log?.buffer.lineCount ?? 0;
  const isComplete = log?.status === 'complete';
  const [wraps, setWraps] = useRememberedToggle('log.wrap');
  const [wantsTimes, setWantsTimes] = useRememberedToggle('log.times');
  const showsTimes = wantsTimes && log?.buffer.times.isEmpty === false;
  const [query, setQuery] = useState('');
  const { search } = readQuery(query);
  const found = useLogFinder({
    buildId,
    attempt,
    step: step.name,
    query: search,
    revision: isComplete ? 'complete' : 'growing',
  });
  const expression = useMemo(
    () => (search === '' ? undefined : literally(search, false)),
    [search],
  );
  const groups = useMemo(() => (log ? findGroups(log.buffer) : []), [log]);
  const folds = useFolds(groups);

  // What failed opens where the evidence is, unless a link points elsewhere. A
  // failure that comes while the reader is here marks its line but moves nothing.
  const pointsHere = useRef(selection !== undefined);
  const { bringIntoView, bringIntoViewUnlessMoved } =
    useBringIntoView(scroller);
  const [opening] = useState(selection ? undefined : evidenceLine);
  const { following, setFollowing } = useFollow({
    scroller,
    size: `${lineCount} ${folds.folded.size} ${wraps}`,
    initially:
      step.status !== 'completed' &&
      selection === undefined &&
      opening === undefined,
  });

  const { reveal } = folds;
  const show = useCallback(
    (number: number) => {
      setFollowing(false);
      reveal(number);
      lines.current?.scrollToLine(number);
    },
    [setFollowing, reveal],
  );

  const isOpeningThere = opening !== undefined && opening <= lineCount;
  useEffect(() => {
    if (isOpeningThere) show(opening);
  }, [isOpeningThere, opening, show]);
  const first = selection?.first;
  const isSelectionThere = first !== undefined && first <= lineCount;
  useEffect(() => {
    // A line that was clicked is in view already, and stays where it is.
    if (isSelectionThere && !lines.current?.isInView(first)) show(first);
    if (isSelectionThere && pointsHere.current) {
      pointsHere.current = false;
      bringIntoViewUnlessMoved();
    }
  }, [isSelectionThere, first, show, bringIntoViewUnlessMoved]);
  const isTargetThere = target !== undefined && target.line <= lineCount;
  useEffect(() => {
    if (!isTargetThere) return;
    show(target.line);
    bringIntoView();
  }, [isTargetThere, target, show, bringIntoView]);
  // A search that is made anew, since the log has grown, moves nothing.
  const answered = useRef('');
  const { currentLine, request } = found;
  useEffect(() => {
    if (search === '') answered.current = '';
    if (currentLine !== undefined && answered.current !== request) {
      answered.current = request;
      show(currentLine);
    }
  }, [search, currentLine, request, show]);

  const anchor = useRef(selection?.first);
  const selectLine = useCallback(
    (number: number, isRange: boolean) => {
      if (!isRange || anchor.current === undefined) anchor.current = number;
      select({
        first: Math.min(anchor.current, number),
        last: Math.max(anchor.current, number),
      });
    },
    [select],
  );
  const hrefOfLine = useCallback(
    (number: number) => hrefOf({ first: number, last: number }),
    [hrefOf],
  );
  const goToLine = (number: number) => {
    const there = Math.max(1, Math.min(number, lineCount));
    select({ first: there, last: there });
    show(there);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isTyping = event.target instanceof HTMLInputElement;
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === '/' && !isTyping && !isCommand) {
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    }
  };
  const onCopy = (event: ClipboardEvent) => {
    const text =
      log &&
      scroller.current &&
      copiedText(scroller.current, window.getSelection(), log.buffer);
    if (text) {
      event.preventDefault();
      event.clipboardData.setData('text/plain', text);
    }
  };

  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.log} onKeyDown={onKeyDown}>
      <LogBar
        buildId={buildId}
        attempt={attempt}
        step={step}
        log={log}
        search={{
          field,
          text: query,
          found,
          onChange: setQuery,
          onGoToLine: goToLine,
          onClose: () => {
            setQuery('');
            scroller.current?.focus();
          },
        }}
        selection={selection}
        onClearSelection={() => select(undefined)}
        folds={folds}
        wraps={wraps}
        onWrap={setWraps}
        showsTimes={showsTimes}
        onTimes={setWantsTimes}
        following={following}
        onFollow={setFollowing}
        onStart={() => {
          setFollowing(false);
          if (scroller.current) scroller.current.scrollTop = 0;
        }}
        onEnd={() => {
          const element = scroller.current;
          if (element) element.scrollTop = element.scrollHeight;
        }}
      />
      {log?.error && (
        <div className={styles.paused} role="status">
          {t('log.paused', { message: errorSentence(log.error) })}
        </div>
      )}
      {isComplete && selection && selection.first > lineCount && (
        <div className={styles.paused} role="status">
          {t('log.noLine', {
            line: formatNumber(selection.first, t),
            amount: formatNumber(lineCount, t),
          })}
        </div>
      )}
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={t('log.label', { step: step.name })}
        onCopy={onCopy}
        {...scrollable}
      >
        {log && lineCount > 0 ? (
          <LogLines
            ref={lines}
            log={log}
            scroller={scroller}
            groups={groups}
            folded={folds.folded}
            wraps={wraps}
            showsTimes={showsTimes}
            search={expression}
            currentLine={currentLine}
            selection={selection}
            marked={evidenceLine}
            hrefOf={hrefOfLine}
            onSelect={selectLine}
            onFold={folds.toggle}
          />
        ) : (
          <LogPlaceholder step={step} status={log?.status} />
        )}
      </div>
    </div>
  );
}
