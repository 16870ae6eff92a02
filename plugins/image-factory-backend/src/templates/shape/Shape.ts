/**
 * What a value of a document may be. A table of these is what a template is
 * held against: it knows fewer fields than Tekton, and can say of the others
 * why a template has none.
 */
export type Shape =
  | {
      type: 'string';
      oneOf?: readonly string[];
      /** What it must match, and how that is said. */
      pattern?: { is: RegExp; as: string };
      maxLength?: number;
    }
  | { type: 'boolean' }
  | { type: 'integer' }
  | { type: 'list'; items: Shape; minItems?: number }
  | { type: 'map'; values: Shape }
  | ObjectShape
  /** Text, or a list of texts. */
  | { type: 'text-or-list' };

/** A value with known fields. */
export type ObjectShape = {
  type: 'object';
  /** As in "a step". */
  what: string;
  fields: Record<string, Shape>;
  required?: readonly string[];
  /** Fields that Tekton has and a template may not, each with the sentence on it. */
  refused?: Record<string, string>;
};

export const text: Shape = { type: 'string' };
export const flag: Shape = { type: 'boolean' };
export const integer: Shape = { type: 'integer' };
export const texts: Shape = { type: 'list', items: text };

/** A list of one kind of thing. */
export function list(items: Shape, minItems?: number): Shape {
  return { type: 'list', items, minItems };
}

/** Any keys, one kind of value. */
export function map(values: Shape): Shape {
  return { type: 'map', values };
}

/** One of a few words. */
export function word(...oneOf: string[]): Shape {
  return { type: 'string', oneOf };
}

/** A text of a certain form. */
export function matching(is: RegExp, as: string, maxLength?: number): Shape {
  return { type: 'string', pattern: { is, as }, maxLength };
}

/** Known fields. */
export function object(
  what: string,
  fields: Record<string, Shape>,
  more: Pick<ObjectShape, 'required' | 'refused'> = {},
): ObjectShape {
  return { type: 'object', what, fields, ...more };
}
