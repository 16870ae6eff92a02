import { JsonValue } from '@backstage/types';
import { closest, distance } from 'fastest-levenshtein';
import { ObjectShape, Shape } from './Shape';

/** Beyond this two names are not taken for one misspelt. */
const NEAR = 3;

/** A path as keys and indexes. */
export type Path = (string | number)[];

/** What does not fit, and where. `isKey` where the key itself is wrong, not its value. */
export type ShapeProblem = { path: Path; isKey: boolean; message: string };

/** Holds a value against a shape. */
export function checkShape(
  value: JsonValue | undefined,
  shape: Shape,
  path: Path = [],
): ShapeProblem[] {
  switch (shape.type) {
    case 'string':
      return checkText(value, shape, path);
    case 'boolean':
      return typeof value === 'boolean'
        ? []
        : wrong(path, 'must be true or false, without quotes');
    case 'integer':
      return Number.isInteger(value)
        ? []
        : wrong(path, 'must be a whole number, without quotes');
    case 'text-or-list':
      return typeof value === 'string' ||
        (Array.isArray(value) && value.every(each => typeof each === 'string'))
        ? []
        : wrong(path, 'must be a text or a list of texts. Put it into quotes');
    case 'list':
      return checkList(value, shape, path);
    case 'map':
      return isRecord(value)
        ? Object.entries(value).flatMap(([key, each]) =>
            checkShape(each, shape.values, [...path, key]),
          )
        : wrong(path, 'must be a mapping of names to values');
    default:
      return checkObject(value, shape, path);
  }
}

function checkText(
  value: JsonValue | undefined,
  shape: Extract<Shape, { type: 'string' }>,
  path: Path,
): ShapeProblem[] {
  if (typeof value !== 'string') {
    return wrong(path, 'must be a text. Put it into quotes');
  }
  const { oneOf, pattern, maxLength } = shape;
  if (oneOf && !oneOf.includes(value)) {
    return wrong(path, `must be one of: ${oneOf.join(', ')}`);
  }
  if (maxLength !== undefined && value.length > maxLength) {
    return wrong(
      path,
      `is ${value.length} characters long. Shorten it to ${maxLength}`,
    );
  }
  return pattern && !pattern.is.test(value)
    ? wrong(path, `must be ${pattern.as}`)
    : [];
}

function checkList(
  value: JsonValue | undefined,
  shape: Extract<Shape, { type: 'list' }>,
  path: Path,
): ShapeProblem[] {
  if (!Array.isArray(value)) {
    return wrong(path, 'must be a list');
  }
  if (value.length < (shape.minItems ?? 0)) {
    return wrong(path, 'is empty. Add at least one');
  }
  return value.flatMap((each, index) =>
    checkShape(each, shape.items, [...path, index]),
  );
}

function checkObject(
  value: JsonValue | undefined,
  shape: ObjectShape,
  path: Path,
): ShapeProblem[] {
  if (!isRecord(value)) {
    return wrong(path, `must be a mapping: it is ${shape.what}`);
  }
  const missing = (shape.required ?? []).filter(key => !(key in value));
  return [
    ...missing.map(key => ({
      path,
      isKey: false,
      message: `${capital(shape.what)} needs "${key}". Add it.`,
    })),
    ...Object.entries(value).flatMap(([key, each]) => {
      if (Object.hasOwn(shape.fields, key)) {
        return checkShape(each, shape.fields[key], [...path, key]);
      }
      return [
        { path: [...path, key], isKey: true, message: explain(key, shape) },
      ];
    }),
  ];
}

function explain(key: string, shape: ObjectShape): string {
  if (shape.refused && Object.hasOwn(shape.refused, key)) {
    return shape.refused[key];
  }
  const known = Object.keys(shape.fields);
  const near = closest(key, known);
  const start = `"${key}" is not known in ${shape.what}, or not allowed in a template.`;
  return distance(key, near) <= NEAR
    ? `${start} Did you mean "${near}"?`
    : `${start} Take it out; known are: ${known.join(', ')}.`;
}

function wrong(path: Path, what: string): ShapeProblem[] {
  const name =
    path.findLast(part => typeof part === 'string') ?? 'The document';
  return [{ path, isKey: false, message: `"${name}" ${what}.` }];
}

function isRecord(
  value: JsonValue | undefined,
): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function capital(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}
