import { InputError } from '@backstage/errors';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { LinePosition } from './LogScanner';

/** Where a search goes on. */
export type SearchCursor = LinePosition & {
  /** The place of the step among those that are searched. */
  step: number;
};

/** A place in the log of a step for the one who asks to hand back. */
export function encodeCursor(
  step: Step,
  { line, offset }: LinePosition,
): string {
  return Buffer.from(JSON.stringify([step.id, line, offset])).toString(
    'base64url',
  );
}

/**
 * The place that a cursor stands for; the beginning without one.
 *
 * @throws InputError where it is none, or its step is not searched
 */
export function decodeCursor(
  cursor: string | undefined,
  steps: Step[],
): SearchCursor {
  if (cursor === undefined) return { step: 0, line: 1, offset: 0 };
  // By its id, so that it holds for its attempt alone.
  const [id, line, offset] = parse(cursor);
  const step = steps.findIndex(each => each.id === id);
  if (step < 0 || !isCount(line) || !isCount(offset) || line < 1) {
    throw new InputError(
      'The cursor is not one of this search. Leave it out to search from the beginning, or send a nextCursor that the same search gave.',
    );
  }
  return { step, line, offset };
}

function parse(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(
      Buffer.from(cursor, 'base64url').toString(),
    );
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
