import {
  BuildMethod,
  ParameterProblem,
} from '@image-factory/backstage-plugin-image-factory-node';
import type { ErrorObject } from 'ajv';
import {
  jsonPointer,
  parameterName,
  parseJsonPointer,
  shorten,
} from './parameterNames';

const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  object: 'a set of names and values',
  array: 'a list',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
};

/**
 * Puts an error of the schema's validator in plain words: which parameter, what
 * is wrong with it, what is allowed. Undefined for an error that only repeats
 * another one.
 */
export function describeSchemaError(
  error: ErrorObject,
  method: BuildMethod,
): ParameterProblem | undefined {
  const path = parseJsonPointer(error.instancePath);
  if (error.keyword === 'additionalProperties') {
    return describeUnknown(error, path, method);
  }
  if (error.keyword === 'required') {
    const missing = [...path, String(error.params.missingProperty)];
    return {
      path: jsonPointer(missing),
      message: `${parameterName(missing)} is missing. Give it a value.`,
    };
  }
  if (error.keyword === 'propertyNames') {
    return undefined;
  }
  return {
    path: error.instancePath,
    // A name may be empty.
    message:
      error.propertyName !== undefined
        ? `The name "${shorten(error.propertyName)}" in ${parameterName(
            path,
          )} ${describe(error)}`
        : `${parameterName(path)} ${describe(error)}`,
  };
}

function describeUnknown(
  error: ErrorObject,
  path: string[],
  method: BuildMethod,
): ParameterProblem {
  const name = String(error.params.additionalProperty);
  const known = Object.keys(error.parentSchema?.properties ?? {});
  const kind =
    path.length === 0
      ? `a parameter of build method ${method.id}`
      : `known in ${parameterName(path)}`;
  return {
    path: jsonPointer([...path, name]),
    message: `"${shorten(name)}" is not ${kind}. Known are: ${known.join(
      ', ',
    )}.`,
  };
}

function describe(error: ErrorObject): string {
  const { keyword, params, data } = error;
  switch (keyword) {
    case 'type': {
      const wanted = [params.type].flat() as string[];
      return `must be ${wanted
        .map(type => TYPE_NAMES[type] ?? type)
        .join(' or ')}, but is ${TYPE_NAMES[typeOf(data)] ?? typeOf(data)}.`;
    }
    case 'maxLength':
      return `is ${lengthOf(error)} characters long; at most ${
        params.limit
      } are allowed.`;
    case 'minLength':
      return params.limit === 1
        ? 'is empty. Give it a value, or leave it out.'
        : `is ${lengthOf(error)} characters long; at least ${
            params.limit
          } are needed.`;
    case 'maxProperties':
      return `has ${Object.keys(Object(data)).length} entries; at most ${
        params.limit
      } are allowed.`;
    case 'maxItems':
      return `has ${Array.isArray(data) ? data.length : 0} entries; at most ${
        params.limit
      } are allowed.`;
    case 'enum':
      return `must be one of ${params.allowedValues
        .map((value: unknown) => JSON.stringify(value))
        .join(', ')}.`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `is ${String(data)}; it must be ${params.comparison} ${
        params.limit
      }.`;
    case 'pattern':
      return `has a form that is not allowed. ${
        error.parentSchema?.description ?? `Allowed is ${params.pattern}.`
      }`;
    default:
      return `${error.message ?? 'is not allowed'}.`;
  }
}

function lengthOf(error: ErrorObject): number {
  return [...(error.propertyName ?? String(error.data))].length;
}

function typeOf(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  return Array.isArray(value) ? 'array' : typeof value;
}
