import { LogLine } from './LineCutter';
import { BLOCK_LINES, LogBuffer } from './LogBuffer';
import { LineRange } from './LogLayout';
import { shownText } from './style';

/** Lines that belong together under their first one, which says what they are. */
export type LogGroup = {
  /** The index of the first line, which stays when the group is folded. */
  first: number;
  /** Excluded. */
  end: number;
};

/** What a line does to groups. */
type Marker =
  /** An instruction of Buildah or Podman, or a step of BuildKit: it ends the one before. */
  | { line: number; type: 'section' }
  | { line: number; type: 'begin' }
  | { line: number; type: 'end' };

const GROUP = /^::group::/;
const END_GROUP = /^::endgroup::/;
const SECTION = /^(?:(?:\[\d+\/\d+\] )?STEP \d+(?:\/\d+)?: |#\d+ \[)/;

/** Lines are appended to a block and never changed, so what was found in it stays. */
const known = new WeakMap<LogLine[], { markers: Marker[]; seen: number }>();

/**
 * The groups among the lines that are at hand, in order; those inside of others
 * come after them. A group whose end is not at hand ends where the lines do.
 */
export function findGroups(buffer: LogBuffer): LogGroup[] {
  const groups: LogGroup[] = [];
  let section: LogGroup | undefined;
  let open: LogGroup[] = [];
  let end = 0;
  const begin = (line: number) => {
    const group = { first: line, end: line + 1 };
    groups.push(group);
    return group;
  };
  const endAll = (line: number) => {
    for (const group of open) group.end = line;
    if (section) section.end = line;
    open = [];
    section = undefined;
  };
  for (const { first, lines } of buffer.loadedBlocks()) {
    if (first !== end) endAll(end);
    for (const marker of markersOf(lines)) {
      const line = first + marker.line;
      if (marker.type === 'section') {
        endAll(line);
        section = begin(line);
      } else if (marker.type === 'begin') {
        open.push(begin(line));
      } else {
        const group = open.pop();
        if (group) group.end = line + 1;
      }
    }
    end = first + lines.length;
    if (lines.length < BLOCK_LINES) break;
  }
  endAll(end);
  return groups.filter(group => group.end - group.first > 1);
}

/**
 * The lines that folding these groups hides.
 *
 * @param folded - the first line of each that is folded, and where it ended when it was
 */
export function hiddenBy(
  groups: LogGroup[],
  folded: ReadonlyMap<number, number>,
): LineRange[] {
  const hidden: LineRange[] = [];
  for (const { first, end } of groups) {
    const last = hidden.at(-1);
    const foldedTo = folded.get(first);
    // Groups inside of a folded one are hidden with it.
    if (foldedTo !== undefined && !(last && first < last.to)) {
      hidden.push({ from: first + 1, to: Math.min(end, foldedTo) });
    }
  }
  return hidden;
}

/** Whether a line says what the lines below it are. */
export function isHeading(line: LogLine): boolean {
  const marker = markerOf(line);
  return marker === 'section' || marker === 'begin';
}

/** What such a line is shown as: without what only marks it. */
export function groupTitle(text: string): string {
  return text.replace(GROUP, '');
}

/** Whether a line does nothing but end a group. */
export function isGroupEnd(text: string): boolean {
  return END_GROUP.test(text);
}

function markersOf(lines: LogLine[]): Marker[] {
  const found = known.get(lines) ?? { markers: [], seen: 0 };
  known.set(lines, found);
  for (; found.seen < lines.length; found.seen += 1) {
    const type = markerOf(lines[found.seen]);
    if (type) found.markers.push({ line: found.seen, type });
  }
  return found.markers;
}

function markerOf(line: LogLine): Marker['type'] | undefined {
  const text = shownText(line);
  if (SECTION.test(text)) return 'section';
  if (GROUP.test(text)) return 'begin';
  return END_GROUP.test(text) ? 'end' : undefined;
}
