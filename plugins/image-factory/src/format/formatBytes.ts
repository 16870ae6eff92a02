import { FormatWords } from './FormatWords';
import { formatNumber } from './formatNumber';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size in binary units with at most three significant digits, such as `84.2 MiB`. */
export function formatBytes(bytes: number, t: FormatWords): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  const amount = formatNumber(value, t, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
  return `${amount} ${UNITS[unit]}`;
}
