import { FormatWords, languageOf } from './FormatWords';

/** A log asks for the time of every line, and a format takes long to make. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The time of day where the reader is, such as `14:03:09`. */
export function formatTime(moment: string | number, t: FormatWords): string {
  return formatOf('time', languageOf(t)).format(new Date(moment));
}

/** With the day and the time zone. */
export function formatDateTime(
  moment: string | number,
  t: FormatWords,
): string {
  return formatOf('date-time', languageOf(t)).format(new Date(moment));
}

function formatOf(
  kind: 'time' | 'date-time',
  language: string,
): Intl.DateTimeFormat {
  const key = `${kind} ${language}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, {
      ...(kind === 'time'
        ? { hour: '2-digit', minute: '2-digit', second: '2-digit' }
        : { dateStyle: 'medium', timeStyle: 'long' }),
      hourCycle: 'h23',
    });
    formats.set(key, format);
  }
  return format;
}
