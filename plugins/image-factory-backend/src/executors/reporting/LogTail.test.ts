import { LogTail } from './LogTail';

describe('LogTail', () => {
  it('keeps the last lines and tells the number of the first of them', () => {
    const tail = new LogTail();
    for (let line = 1; line <= 1200; line += 1) {
      tail.write(Buffer.from(`line ${line}\n`));
    }
    const { lines, firstLine } = tail.read();
    expect(lines).toHaveLength(500);
    expect(lines[0]).toBe(`line ${firstLine}`);
    expect(lines.at(-1)).toBe('line 1200');
  });

  it('tells the number of its first line in a log of any length, however it is cut', () => {
    const tail = new LogTail();
    const log = Buffer.from(
      Array.from({ length: 200_000 }, (_, line) => `line ${line + 1}\n`).join(
        '',
      ),
    );
    let at = 0;
    for (let size = 1; at < log.length; size = (size * 7 + 1) % 600_011) {
      tail.write(log.subarray(at, at + size));
      at += size;
    }
    const { lines, firstLine } = tail.read();
    expect(lines[0]).toBe(`line ${firstLine}`);
    expect(lines.at(-1)).toBe('line 200000');
    expect(lines).toHaveLength(500);
  });

  it('joins lines and characters that arrive in parts, and drops colours', () => {
    const tail = new LogTail();
    const bytes = Buffer.from('\u001b[31mgrün\u001b[0m\r\nnext');
    for (const byte of bytes) {
      tail.write(Uint8Array.of(byte));
    }
    expect(tail.read()).toEqual({ lines: ['grün', 'next'], firstLine: 1 });
  });

  it('drops control characters, so that none reaches a sentence, and keeps tabs', () => {
    const tail = new LogTail();
    tail.write(Buffer.from('a\tbad\0x\u0007\u0085 \u009b1mend\u007f\rz\n'));
    expect(tail.read().lines).toEqual(['a\tbadx endz']);
  });

  it('does not grow with a line that never ends, and gives nothing of one whose beginning is gone', () => {
    const tail = new LogTail();
    for (let part = 0; part < 100; part += 1) {
      tail.write(Buffer.alloc(100_000, 'x'));
    }
    expect(tail.read()).toEqual({ lines: [''], firstLine: 1 });
    tail.write(Buffer.from('\nafter it'));
    expect(tail.read()).toEqual({ lines: ['', 'after it'], firstLine: 1 });
  });

  it('cuts a line that is too long', () => {
    const tail = new LogTail();
    tail.write(Buffer.alloc(100_000, 'x'));
    expect(tail.read().lines).toEqual(['x'.repeat(4_000)]);
  });
});
