import { ParamValue } from '../pipeline';

/**
 * The kubelet takes one of two dollar signs in a row away, from arguments and
 * variables alike, as what keeps the second from beginning a variable. Twice as
 * many come out as they were.
 */
export function keepDollars(value: ParamValue): ParamValue {
  return Array.isArray(value) ? value.map(keep) : keep(value);
}

function keep(text: string): string {
  return text.replace(/\${2,}/g, dollars => dollars + dollars);
}
