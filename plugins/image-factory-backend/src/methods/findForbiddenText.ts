import { ParameterProblem } from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject, JsonValue } from '@backstage/types';
import { jsonPointer, parameterName } from './parameterNames';

/** In UTF-8: a cluster keeps them in the run and in what comes of it, and takes only so much. */
const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 16;

/**
 * Control characters break logs and terminals, lone surrogates cannot be
 * stored, and marks that turn the direction of writing make a value read as
 * another one than it is.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** Pipelines expand `$(…)`, so that a value could read what it must not. */
const SUBSTITUTION = '$(';

/**
 * Finds text that no parameter may hold, in keys and values at any depth.
 * Walks by a list of its own, so that deep nesting cannot exhaust the stack.
 */
export function findForbiddenText(parameters: JsonObject): ParameterProblem[] {
  const problems: ParameterProblem[] = [];
  const pending: { path: string[]; value: JsonValue | undefined }[] = [
    { path: [], value: parameters },
  ];
  let bytes = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { path, value } = next;
    if (path.length > MAX_DEPTH) {
      return [
        {
          path: jsonPointer(path.slice(0, 1)),
          message: `${parameterName(
            path.slice(0, 1),
          )} is nested deeper than ${MAX_DEPTH} levels. Use fewer levels.`,
        },
      ];
    }
    if (typeof value === 'string') {
      bytes += Buffer.byteLength(value);
      problems.push(...judge(value, path, 'value'));
    } else if (Array.isArray(value)) {
      value.forEach((item, index) =>
        pending.push({ path: [...path, String(index)], value: item }),
      );
    } else if (value && typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) {
        bytes += Buffer.byteLength(key);
        const inner = [...path, key];
        const keyProblems = judge(key, path, 'name');
        problems.push(...keyProblems);
        if (keyProblems.length === 0) {
          pending.push({ path: inner, value: item });
        }
      }
    }
    if (bytes > MAX_BYTES) {
      return [
        {
          path: '',
          message: `The parameters are larger than ${
            MAX_BYTES / 1024
          } KiB altogether. Move large values into files of the source.`,
        },
      ];
    }
  }
  return problems;
}

function judge(
  text: string,
  path: string[],
  kind: 'name' | 'value',
): ParameterProblem[] {
  const where =
    kind === 'value' ? parameterName(path) : `A name in ${parameterName(path)}`;
  if (text.includes(SUBSTITUTION)) {
    return [
      {
        path: jsonPointer(path),
        message: `${where} contains "$(", which pipelines would expand. Write it without "$(".`,
      },
    ];
  }
  const unprintable = UNPRINTABLE.exec(text);
  if (unprintable) {
    const code = (unprintable[0].codePointAt(0) ?? 0)
      .toString(16)
      .toUpperCase()
      .padStart(4, '0');
    return [
      {
        path: jsonPointer(path),
        message: `${where} contains the control character U+${code} at position ${
          unprintable.index + 1
        }. Only printable text on one line is allowed: remove it.`,
      },
    ];
  }
  return [];
}
