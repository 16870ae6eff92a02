/** Lines that follow one another and are all of one height. */
type Run = {
  first: number;
  /** Excluded. */
  end: number;
  top: number;
  lineHeight: number;
};

/** Lines by their index, the end excluded. */
export type LineRange = { from: number; to: number };

/**
 * Where the lines of a log stand, in pixels. Nearly all lines are of one height,
 * so a million of them cost nothing: only those that are folded away or wrapped
 * are noted.
 */
export class LogLayout {
  readonly height: number;
  readonly #runs: Run[];

  static create(options: {
    lineCount: number;
    lineHeight: number;
    /** Lines that are folded away; in order, without overlaps. */
    hidden: LineRange[];
    /** Lines that take several rows, in order. */
    wrapped: { line: number; rows: number }[];
  }): LogLayout {
    return new LogLayout(options);
  }

  private constructor(options: Parameters<typeof LogLayout.create>[0]) {
    const { lineCount, lineHeight, hidden, wrapped } = options;
    this.#runs = [];
    let at = 0;
    let top = 0;
    const add = (to: number, height: number) => {
      if (to > at) {
        this.#runs.push({ first: at, end: to, top, lineHeight: height });
        top += (to - at) * height;
        at = to;
      }
    };
    let nextWrapped = 0;
    const addVisible = (to: number) => {
      while (nextWrapped < wrapped.length && wrapped[nextWrapped].line < to) {
        const { line, rows } = wrapped[nextWrapped];
        nextWrapped += 1;
        if (line < at) continue;
        add(line, lineHeight);
        add(line + 1, lineHeight * rows);
      }
      add(to, lineHeight);
    };
    for (const { from, to } of hidden) {
      addVisible(Math.min(from, lineCount));
      at = Math.max(at, Math.min(to, lineCount));
    }
    addVisible(lineCount);
    this.height = top;
  }

  /** Where a line begins; of one that is folded away, where it would. */
  topOf(line: number): number {
    const run = this.#lastRun(({ first }) => first <= line);
    if (!run) return 0;
    return run.top + (Math.min(line, run.end) - run.first) * run.lineHeight;
  }

  /** The line that stands here; 0 where there is none. */
  lineAt(y: number): number {
    const run = this.#lastRun(({ top }) => top <= y);
    if (!run) return 0;
    const line = run.first + Math.floor((y - run.top) / run.lineHeight);
    return Math.min(line, run.end - 1);
  }

  /** The lines that stand between two places, in order. */
  linesBetween(top: number, bottom: number): number[] {
    const lines: number[] = [];
    let at = Math.max(
      0,
      this.#runs.findIndex(
        ({ first, end, top: begin, lineHeight }) =>
          begin + (end - first) * lineHeight > top,
      ),
    );
    for (; at < this.#runs.length && this.#runs[at].top < bottom; at += 1) {
      const { first, end, top: begin, lineHeight } = this.#runs[at];
      const from = Math.max(
        first,
        first + Math.floor((top - begin) / lineHeight),
      );
      const to = Math.min(
        end,
        first + Math.ceil((bottom - begin) / lineHeight),
      );
      for (let line = from; line < to; line += 1) lines.push(line);
    }
    return lines;
  }

  #lastRun(matches: (run: Run) => boolean): Run | undefined {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (matches(this.#runs[middle])) low = middle + 1;
      else high = middle;
    }
    return this.#runs[low - 1];
  }
}
