import { Cursor } from '@image-factory/backstage-plugin-image-factory-node';
import { LogPosition } from './LogLines';

/** How far the log of a step has been handed over. */
export type StepCursor = {
  /** Which pod it came from: one that is made anew begins its log anew. */
  podUid: string;
  /** Bytes handed over in all. */
  offset: number;
  /** Bytes that its containers have printed, also those that were not kept. */
  printed?: number;
  /** Whether what was handed over ends within a line. */
  isInLine?: boolean;
  position?: LogPosition;
  /** Whether its end was seen. */
  isWhole?: boolean;
};

/** How far a run has been collected, by step. */
export type RunCursor = Record<string, StepCursor>;

export function encodeCursor(cursor: RunCursor): Cursor {
  return JSON.stringify(cursor);
}

export function decodeCursor(cursor: Cursor | undefined): RunCursor {
  return cursor === undefined ? {} : JSON.parse(cursor);
}
