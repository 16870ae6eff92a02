import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { shellCommand } from './shellCommand';

describe('shellCommand', () => {
  it('leaves plain words as they are', () => {
    expect(shellCommand(['git', 'clone', 'https://host/a.git', 'source'])).toBe(
      'git clone https://host/a.git source',
    );
  });

  it('puts the words of a long command on lines of their own', () => {
    expect(shellCommand(['docker', 'a'.repeat(50), 'b'.repeat(50)])).toBe(
      `docker \\\n  ${'a'.repeat(50)} \\\n  ${'b'.repeat(50)}`,
    );
  });

  it('gives a real shell back every word as it was', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme' }).filter(word => !word.includes('\0')),
        ),
        words => {
          const command = shellCommand(['printf', '%s\\0', ...words]);
          const output = execFileSync('sh', ['-c', command], {
            encoding: 'utf8',
          });
          const given = words.length === 0 ? [''] : words;
          expect(output).toBe(given.map(word => `${word}\0`).join(''));
        },
      ),
      { numRuns: 50 },
    );
  });
});
