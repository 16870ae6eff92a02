import { Words } from '../../hooks';

/** A name and a value of the reader's choosing. */
export type Row = { key: string; value: string };

/** What keeps each row from being sent as it stands; nothing for a row that is empty or whole. */
export function rowErrors(t: Words, rows: Row[]): (string | undefined)[] {
  return rows.map(({ key, value }, index) => {
    if (key === '') {
      return value === '' ? undefined : t('dialog.rowNameless');
    }
    const first = rows.findIndex(row => row.key === key);
    return first < index
      ? t('dialog.rowTwice', { name: key, number: first + 1 })
      : undefined;
  });
}
