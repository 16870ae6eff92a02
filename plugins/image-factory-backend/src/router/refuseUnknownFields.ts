import { InputError } from '@backstage/errors';
import { spec } from '../schema/openapi';

const KNOWN = Object.keys(spec.components.schemas.BuildRequest.properties);

/**
 * Refuses fields that a build request does not have, by name; a typing error
 * would otherwise build something else than was meant.
 *
 * @throws InputError
 */
export function refuseUnknownFields(request: object): void {
  const unknown = Object.keys(request).find(field => !KNOWN.includes(field));
  if (unknown !== undefined) {
    throw new InputError(
      `A build request has no field ${JSON.stringify(
        unknown,
      )}. Its fields are: ${KNOWN.join(', ')}.`,
    );
  }
}
