/** One figure of a benchmark. */
export type Figure = {
  name: string;
  value: number;
  unit: string;
  /** What the figure may be at most, where a goal is set. */
  atMost?: number;
};

/** What a benchmark gets. */
export type BenchmarkContext = {
  /** An empty folder of its own, removed afterwards. */
  directory: string;
  /** A connection string of an empty PostgreSQL, where there is one. */
  postgres: string | undefined;
  say: (text: string) => void;
};

/** What a benchmark has found. */
export type BenchmarkOutcome = {
  figures: Figure[];
  /** Every single measurement, so that others may look at more than the figures. */
  samples: object;
  /** Whether it was shorter than it has to be to be kept. */
  isShort?: boolean;
};

/**
 * Measures one thing by hand, not in a test: what it is compared to is measured
 * in the same run. A benchmark is a folder here, named as it is called, whose
 * `benchmark.ts` exports one as `benchmark`.
 */
export type Benchmark = {
  /** What is measured, in a sentence. */
  title: string;
  run: (context: BenchmarkContext) => Promise<BenchmarkOutcome>;
};
