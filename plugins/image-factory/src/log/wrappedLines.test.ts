import { LogBuffer } from './LogBuffer';
import { columnsOf, wrappedLines } from './wrappedLines';

describe('wrappedLines', () => {
  it('counts the rows of lines that do not fit into one', () => {
    const buffer = LogBuffer.create();
    buffer.append(`short\n${'x'.repeat(80)}\n${'x'.repeat(81)}\n`);
    buffer.append(`\u001b[31m${'y'.repeat(200)}\u001b[0m\n`);
    expect(wrappedLines(buffer, 80)).toEqual([
      { line: 2, rows: 2 },
      { line: 3, rows: 3 },
    ]);
  });

  it('counts what stands after the text of a line', () => {
    const buffer = LogBuffer.create();
    buffer.append(`${'x'.repeat(75)}\n${'y'.repeat(75)}\n`);
    const noteAfter = ({ text }: { text: string }) =>
      text.startsWith('y') ? ' cut here' : '';
    expect(wrappedLines(buffer, 80, noteAfter)).toEqual([{ line: 1, rows: 2 }]);
  });

  it('knows how wide tabs and wide characters are', () => {
    expect(columnsOf('a\tb')).toBe(5);
    expect(columnsOf('漢字')).toBe(4);
    expect(columnsOf('🐿')).toBe(2);
    expect(columnsOf('äöü')).toBe(3);
  });
});
