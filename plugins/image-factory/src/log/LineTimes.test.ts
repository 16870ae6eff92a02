import { LineTimes } from './LineTimes';

const at = (second: number) => `2026-01-02T03:04:0${second}.000Z`;

describe('LineTimes', () => {
  it('gives a line the time of the bytes that it came with', () => {
    const times = new LineTimes();
    times.add([
      { line: 1, at: at(1) },
      { line: 10, at: at(2) },
    ]);
    times.add([
      { line: 10, at: at(3) },
      { line: 20, at: at(4) },
    ]);
    expect([1, 9, 10, 19, 20, 99].map(line => times.of(line))).toEqual([
      at(1),
      at(1),
      at(3),
      at(3),
      at(4),
      at(4),
    ]);
  });

  it('takes ranges in any order, and the same one twice', () => {
    const times = new LineTimes();
    expect(times.isEmpty).toBe(true);
    expect(times.of(5)).toBeUndefined();
    const late = [{ line: 100, at: at(5) }];
    times.add(late);
    times.add([{ line: 1, at: at(1) }]);
    times.add(late);
    expect(times.isEmpty).toBe(false);
    expect([times.of(99), times.of(100)]).toEqual([at(1), at(5)]);
  });
});
