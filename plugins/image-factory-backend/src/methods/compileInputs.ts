import { isError } from '@backstage/errors';
import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import Ajv, { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

const compiled = new WeakMap<BuildMethod, ValidateFunction>();

/**
 * The validator of a method's parameters. Kept with the method, since
 * compiling is a hundred times dearer than validating.
 *
 * @throws Error where the method's inputs are no JSON Schema.
 */
export function compileInputs(method: BuildMethod): ValidateFunction {
  const known = compiled.get(method);
  if (known) {
    return known;
  }
  const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true });
  addFormats(ajv);
  try {
    const validate = ajv.compile(method.inputs);
    compiled.set(method, validate);
    return validate;
  } catch (error) {
    throw new Error(
      `The inputs of build method '${
        method.id
      }' are not a JSON Schema that can be used: ${
        isError(error) ? error.message : error
      }`,
    );
  }
}
