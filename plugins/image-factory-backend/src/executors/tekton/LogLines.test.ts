import fc from 'fast-check';
import { LogLines } from './LogLines';

const SECOND = '2026-11-01T10:00:00';

function read(log: string[], from?: LogLines['position']) {
  const lines = new LogLines(from);
  const taken = log.flatMap(line => {
    const text = lines.take(Buffer.from(line));
    return text ? [text.toString()] : [];
  });
  return { taken, position: lines.position, hasGap: lines.takeGap() };
}

describe('LogLines', () => {
  it('gives lines without their times, empty ones too', () => {
    const { taken, position } = read([
      `${SECOND}.1Z one two`,
      `${SECOND}.2Z `,
      `${SECOND}.2Z three`,
    ]);
    expect(taken).toEqual(['one two\n', '\n', 'three\n']);
    expect(position).toEqual({ at: `${SECOND}.2Z`, count: 2 });
  });

  it('drops what was read before, of lines that share a time as many as were read', () => {
    const position = { at: `${SECOND}.25Z`, count: 2 };
    const { taken, hasGap } = read(
      [
        `${SECOND}.1Z before`,
        `${SECOND}.25Z first`,
        `${SECOND}.25Z second`,
        `${SECOND}.25Z third`,
        `${SECOND}.3Z last`,
      ],
      position,
    );
    expect(taken).toEqual(['third\n', 'last\n']);
    expect(hasGap).toBe(false);
  });

  it('says once that lines are missing where the one that was read last is gone', () => {
    const lines = new LogLines({ at: `${SECOND}.1Z`, count: 1 });
    expect(lines.take(Buffer.from(`${SECOND}.4Z later`))).toBeDefined();
    expect(lines.takeGap()).toBe(true);
    expect(lines.takeGap()).toBe(false);
  });

  it('compares times by their value, whatever the length of their fractions', () => {
    const { taken } = read(
      [`${SECOND}Z a`, `${SECOND}.09Z b`, `${SECOND}.1Z c`, `${SECOND}.11Z d`],
      { at: `${SECOND}.1Z`, count: 1 },
    );
    expect(taken).toEqual(['d\n']);
  });

  it('gives each line exactly once, wherever and however often the reading is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (pauses, cuts) => {
          let time = 0;
          const log = pauses.map((pause, index) => {
            time += pause * 250;
            const second = String(Math.floor(time / 1000)).padStart(2, '0');
            const fraction = String(time % 1000).padStart(3, '0');
            return {
              second,
              line: `2026-11-01T10:00:${second}.${fraction.replace(
                /0+$/,
                '',
              )}Z ${index}`.replace('.Z', 'Z'),
            };
          });
          const seen: string[] = [];
          let position: LogLines['position'];
          for (const cut of [
            ...cuts.map(at => at % (log.length + 1)),
            log.length,
          ]) {
            // The server is asked by the second.
            const since = position?.at.slice(17, 19) ?? '00';
            const given = log
              .slice(0, cut)
              .filter(({ second }) => second >= since)
              .map(({ line }) => line);
            const reader = new LogLines(position);
            for (const line of given) {
              const text = reader.take(Buffer.from(line));
              if (text) seen.push(text.toString().trim());
            }
            position = reader.position;
          }
          expect(seen).toEqual(log.map((_, index) => String(index)));
        },
      ),
    );
  });
});
