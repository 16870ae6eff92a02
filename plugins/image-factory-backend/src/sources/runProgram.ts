/** A program and all that it is given. Never a shell string. */
export type Program = {
  argv: [string, ...string[]];
  /** All of its environment. */
  env: Record<string, string>;
  cwd: string;
};

/** How a program ended; `not-started` where there is none such. */
export type ProgramEnd =
  | { type: 'exited'; exitCode: number }
  | { type: 'killed'; signal: NodeJS.Signals }
  | { type: 'not-started'; error: Error };

/** Runs a program to its end; when the signal aborts, it and all that has come of it are gone before this is back. */
export type RunProgram = (
  program: Program,
  options: {
    signal: AbortSignal;
    onOutput(bytes: Uint8Array): Promise<void>;
  },
) => Promise<ProgramEnd>;
