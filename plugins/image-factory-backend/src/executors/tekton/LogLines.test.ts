import fc from 'fast-check';
import { LogLines, toSeconds } from './LogLines';

const SECOND = '2026-11-01T10:00:00';

const whole = (line: string) => ({ bytes: Buffer.from(line), isEnd: true });
const part = (line: string) => ({ bytes: Buffer.from(line), isEnd: false });

function read(log: string[], from?: LogLines['position']) {
  const lines = new LogLines(from);
  const taken = log.flatMap(line => {
    const text = lines.take(whole(line));
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
    expect(lines.take(whole(`${SECOND}.4Z later`))).toBeDefined();
    expect(lines.takeGap()).toBe(true);
    expect(lines.takeGap()).toBe(false);
  });

  it('hands a long line over in parts, and goes on within it', () => {
    const lines = new LogLines({ at: `${SECOND}.1Z`, count: 1 });
    expect(lines.take(whole(`${SECOND}.1Z before`))).toBeUndefined();
    expect(`${lines.take(part(`${SECOND}.1Z lon`))}`).toBe('lon');
    expect(`${lines.take(part('g li'))}`).toBe('g li');
    const within = { at: `${SECOND}.1Z`, count: 1, bytes: 7 };
    expect(lines.position).toEqual(within);

    const next = new LogLines(within);
    expect(next.take(whole(`${SECOND}.1Z before`))).toBeUndefined();
    expect(next.take(part(`${SECOND}.1Z long`))).toBeUndefined();
    expect(next.position).toEqual(within);
    expect(`${next.take(part(' line is'))}`).toBe('ne is');
    expect(`${next.take(whole(' over'))}`).toBe(' over\n');
    expect(`${next.take(whole(`${SECOND}.1Z after`))}`).toBe('after\n');
    expect(next.position).toEqual({ at: `${SECOND}.1Z`, count: 3 });
    expect(next.takeGap()).toBe(false);
  });

  it('knows the rest of a long line, which has no time where its beginning was not asked for', () => {
    const { taken, position, hasGap } = read(
      ['and the rest of it', `${SECOND}.2Z known`, `${SECOND}.3Z new`],
      { at: `${SECOND}.2Z`, count: 1 },
    );
    expect(taken).toEqual(['new\n']);
    expect(position).toEqual({ at: `${SECOND}.3Z`, count: 1 });
    expect(hasGap).toBe(false);
  });

  it('reads the times of nodes in other zones, and asks for them in UTC', () => {
    const at = '2026-11-01T11:00:00.250000000+01:00';
    const { taken } = read(
      [`${SECOND}.2Z before`, `${at} known`, `${SECOND}.3Z new`],
      { at, count: 1 },
    );
    expect(taken).toEqual(['new\n']);
    expect(toSeconds(at)).toBe('2026-11-01T10:00:00Z');
  });

  it('says that the rest of a long line is missing where the line is gone', () => {
    const lines = new LogLines({ at: `${SECOND}.1Z`, count: 0, bytes: 7 });
    expect(`${lines.take(whole(`${SECOND}.4Z later`))}`).toBe('later\n');
    expect(lines.takeGap()).toBe(true);
  });

  it('gives each byte exactly once, however lines are parted and wherever the reading is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z ]{0,12}$/), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.integer({ min: 0, max: 5 }),
        (texts, cuts, longest) => {
          // All within one second, several at one time.
          const log = texts.flatMap((text, index) => {
            const [first, ...rest] = [
              `${SECOND}.${1 + Math.floor(index / 3)}Z ${text.slice(
                0,
                longest,
              )}`,
              ...(text.slice(longest).match(/.{1,3}/g) ?? []),
            ];
            return [
              ...[first, ...rest].slice(0, -1).map(part),
              whole([first, ...rest].at(-1)!),
            ];
          });
          let seen = '';
          let position: LogLines['position'];
          for (const cut of [
            ...cuts.map(at => at % (log.length + 1)),
            log.length,
          ]) {
            const reader = new LogLines(position);
            for (const piece of log.slice(0, cut)) {
              seen += reader.take(piece) ?? '';
            }
            position = reader.position;
          }
          expect(seen).toBe(texts.map(text => `${text}\n`).join(''));
        },
      ),
    );
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
              const text = reader.take(whole(line));
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
