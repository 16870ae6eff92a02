const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size as a reader takes it in, such as `1.2 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${
    unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)
  } ${UNITS[unit]}`;
}
