import { LogBuffer, shownText } from '../../log';

/**
 * What of a log is selected, without its line numbers and in full lines where
 * several are: lines between the first and the last may not be drawn any more.
 * Undefined where the selection is not within the log.
 */
export function copiedText(
  log: HTMLElement,
  selection: Selection | null,
  buffer: LogBuffer,
): string | undefined {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) {
    return undefined;
  }
  const range = selection.getRangeAt(0);
  const first = rowOf(range.startContainer, log);
  const last = rowOf(range.endContainer, log);
  if (!first || !last) return undefined;
  const from = Number(first.dataset.line);
  const to = Number(last.dataset.line);
  const start = placeIn(first, range.startContainer, range.startOffset);
  const end = placeIn(last, range.endContainer, range.endOffset);
  if (from === to) return textOf(first).slice(start, end);
  const between = Array.from({ length: to - from - 1 }, (_, index) => {
    const line = buffer.line(from + index);
    return line ? shownText(line) : '';
  });
  return [
    textOf(first).slice(start),
    ...between,
    textOf(last).slice(0, end),
  ].join('\n');
}

function rowOf(node: Node, log: HTMLElement): HTMLElement | undefined {
  if (!log.contains(node)) return undefined;
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest<HTMLElement>('[data-line]') ?? undefined;
}

function textOf(row: HTMLElement): string {
  return row.querySelector('[data-text]')?.textContent ?? '';
}

/** How much of a row's text stands before a place in it. */
function placeIn(row: HTMLElement, node: Node, offset: number): number {
  const text = row.querySelector('[data-text]');
  if (!text) return 0;
  const before = document.createRange();
  before.selectNodeContents(text);
  // The numbers before the text count as its beginning.
  if (before.comparePoint(node, offset) <= 0 && !text.contains(node)) return 0;
  if (text.contains(node)) before.setEnd(node, offset);
  return before.toString().length;
}
