import fc from 'fast-check';
import { GitProgress } from './GitProgress';

async function linesOf(chunks: Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  const progress = new GitProgress(async line => {
    lines.push(line);
  });
  for (const chunk of chunks) await progress.write(chunk);
  await progress.end();
  return lines;
}

describe('GitProgress', () => {
  const printed = Buffer.from(
    [
      'remote: Enumerating objects: 3, done.        \n',
      ...Array.from({ length: 100 }, (_, n) => `Receiving objects: ${n}%\r`),
      'Receiving objects: 100% (3/3), 2 KiB, done.\n',
      'fatal: no end of line',
    ].join(''),
  );

  const told = [
    'remote: Enumerating objects: 3, done.',
    'Receiving objects: 25%',
    'Receiving objects: 50%',
    'Receiving objects: 75%',
    'Receiving objects: 100% (3/3), 2 KiB, done.',
    'fatal: no end of line',
  ];

  it('makes the same lines of it, a quarter each, however it comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(printed.length)), async cuts => {
        const at = [0, ...cuts.sort((a, b) => a - b), printed.length];
        const chunks = at
          .slice(1)
          .map((end, index) => printed.subarray(at[index], end));
        expect(await linesOf(chunks)).toEqual(told);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps little of a line that does not end', async () => {
    const chunks = Array.from({ length: 100 }, () => Buffer.alloc(10_000, 'x'));
    const [line] = await linesOf(chunks);
    expect(line.length).toBeLessThanOrEqual(4096);
  });
});
