import { formatNumber } from '../../format';
import { Words } from '../../hooks';
import { LogLine } from '../../log';

/** That a line was cut, how much of it is left out, and where that is; nothing of one that is whole. */
export function omittedText(t: Words, { omitted }: LogLine): string {
  return omitted > 0
    ? t('log.omitted', { amount: formatNumber(omitted, t) })
    : '';
}
