/**
 * A text that every database and page takes: no NUL, which PostgreSQL refuses,
 * no halves of a character, and no more than `maxLength`.
 */
export function cleanText(text: string, maxLength: number): string {
  const cut =
    text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return Buffer.from(cut).toString().replaceAll('\0', '');
}
