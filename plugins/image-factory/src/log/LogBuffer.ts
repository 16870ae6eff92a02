import { LineCutter, LogLine } from './LineCutter';
import { LineTimes } from './LineTimes';
import { styleAfter } from './style';

/** Lines are kept, fetched and given up in blocks of so many. */
export const BLOCK_LINES = 512;

/** How many blocks are kept, some 32,000 lines; of those that nobody looks at, the farthest goes first. */
export const MOST_BLOCKS = 64;

/**
 * The lines of a log that are at hand: those at its end as they come in, and of
 * the rest the blocks that were fetched. The log may be far longer than memory.
 */
export class LogBuffer {
  readonly #blocks = new Map<number, LogLine[]>();
  readonly #cutter: LineCutter;
  /** When lines came; it stays for those that were given up. */
  readonly times = new LineTimes();
  /** How many lines are complete, those that are not at hand included. */
  #count: number;

  static create(
    options: {
      /** The block that the first appended text begins with; 0 unless told. */
      firstBlock?: number;
    } = {},
  ): LogBuffer {
    return new LogBuffer(options.firstBlock ?? 0);
  }

  private constructor(firstBlock: number) {
    this.#count = firstBlock * BLOCK_LINES;
    this.#cutter = LineCutter.create({ onLine: line => this.#push(line) });
  }

  /** Takes what follows at the end of the log. */
  append(text: string): void {
    this.#cutter.append(text);
  }

  /** How many lines there are, the unfinished last one included. */
  get lineCount(): number {
    return this.#count + (this.#cutter.unfinished ? 1 : 0);
  }

  /** A line by its index, from 0; undefined where it is not at hand. */
  line(index: number): LogLine | undefined {
    if (index === this.#count) {
      return this.#cutter.unfinished;
    }
    return this.#blocks.get(blockOf(index))?.[index % BLOCK_LINES];
  }

  /** The blocks of these lines that are to be fetched; the end index is excluded. */
  missing(from: number, to: number): number[] {
    const missing: number[] = [];
    const last = Math.min(blockOf(to - 1), this.#openBlock - 1);
    for (let block = blockOf(Math.max(0, from)); block <= last; block += 1) {
      if (!this.#blocks.has(block)) missing.push(block);
    }
    return missing;
  }

  /** Takes a block that was fetched. */
  put(block: number, lines: LogLine[]): void {
    if (block < this.#openBlock) this.#blocks.set(block, lines);
  }

  /** The colours that hold where a block begins, as far as they are known. */
  styleBefore(block: number): string {
    const line = this.line(block * BLOCK_LINES - 1);
    return line ? styleAfter(line.style, line.text) : '';
  }

  /** Gives up blocks where there are too many, those far from these lines first. */
  evict(from: number, to: number): void {
    if (this.#blocks.size <= MOST_BLOCKS) return;
    const distance = (block: number) =>
      Math.max(blockOf(from) - block, block - blockOf(to), 0);
    const farthestFirst = [...this.#blocks.keys()]
      .filter(block => block !== this.#openBlock)
      .sort((one, other) => distance(other) - distance(one));
    for (const block of farthestFirst) {
      if (this.#blocks.size <= MOST_BLOCKS || distance(block) === 0) return;
      this.#blocks.delete(block);
    }
  }

  /** The blocks that are at hand, in order, each with the index of its first line. */
  loadedBlocks(): { first: number; lines: LogLine[] }[] {
    return [...this.#blocks]
      .sort(([one], [other]) => one - other)
      .map(([block, lines]) => ({ first: block * BLOCK_LINES, lines }));
  }

  /** The block that the next line goes to. */
  get #openBlock(): number {
    return blockOf(this.#count);
  }

  #push(line: LogLine): void {
    const lines = this.#blocks.get(this.#openBlock) ?? [];
    if (lines.length === 0) this.#blocks.set(this.#openBlock, lines);
    lines.push(line);
    this.#count += 1;
  }
}

function blockOf(index: number): number {
  return Math.floor(index / BLOCK_LINES);
}
