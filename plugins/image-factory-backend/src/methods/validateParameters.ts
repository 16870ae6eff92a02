import {
  BuildMethod,
  ParameterProblem,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { compileInputs } from './compileInputs';
import { describeSchemaError } from './describeSchemaError';
import { findForbiddenText } from './findForbiddenText';

/** Parameters with their defaults filled in, or every problem at once. */
export type ParameterValidation =
  | { parameters: JsonObject }
  | { problems: ParameterProblem[] };

/**
 * Checks parameters against what a method takes. Text that no method may be
 * given is refused first, whatever the method's schema says of it.
 */
export function validateParameters(
  method: BuildMethod,
  parameters: JsonObject,
): ParameterValidation {
  const forbidden = findForbiddenText(parameters);
  if (forbidden.length > 0) {
    return { problems: forbidden };
  }
  const filled = structuredClone(parameters);
  const validate = compileInputs(method);
  if (validate(filled)) {
    return { parameters: filled };
  }
  const problems = (validate.errors ?? [])
    .map(error => describeSchemaError(error, method))
    .filter(problem => problem !== undefined);
  return { problems };
}
