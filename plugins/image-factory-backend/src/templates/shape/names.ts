import { matching } from './Shape';

/** Of anything that becomes an object, a container or a volume of Kubernetes. */
export const nameShape = matching(
  /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
  'of lower-case letters, digits and dashes, and begin and end with a letter or digit',
  63,
);

/** Of a parameter or a result. */
export const parameterName = matching(
  /^[_a-zA-Z](?:[_a-zA-Z0-9-]*[_a-zA-Z0-9])?$/,
  'of letters, digits, "_" and "-", and begin with a letter',
  63,
);

/** The value of a label. */
export const labelShape = matching(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?$/,
  'of letters, digits, "-", "_" and ".", and begin and end with a letter or digit',
  63,
);

/** As Go has them. */
export const durationShape = matching(
  /^(?:\d+h)?(?:\d+m)?(?:\d+s)?$/,
  'a duration such as 90s, 15m or 1h30m',
  20,
);

/** A variable of the environment. */
export const variableName = matching(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  'of letters, digits and "_", and no digit first',
  128,
);
