import * as fc from 'fast-check';
import { LogStream, LogStreamState } from './LogStream';

type Range = Parameters<Parameters<typeof LogStream.create>[0]['read']>[0];

function lines(state: LogStreamState | undefined) {
  return Array.from(
    { length: state?.buffer.lineCount ?? 0 },
    (_, index) => state?.buffer.line(index)?.text,
  );
}

/** A log as the backend keeps it: it hands out at most `most` bytes, cut at a character. */
function aLog(text: string, most: number) {
  const bytes = new TextEncoder().encode(text);
  return {
    bytes,
    range(range: Range, grown = bytes.length, ended = true) {
      const { maxBytes } = range;
      const offset =
        'offset' in range ? range.offset : offsetOfLine(text, range.line);
      let end = Math.min(grown, offset + Math.min(maxBytes, most));
      while (end < grown && (bytes[end] & 0xc0) === 0x80) {
        end -= 1;
      }
      return {
        step: 'build-image',
        attempt: 1,
        offset,
        nextOffset: end,
        firstLine: 1,
        times: [],
        text: new TextDecoder().decode(bytes.slice(offset, end)),
        totalBytes: grown,
        complete: ended && end === bytes.length,
      };
    },
  };
}

function offsetOfLine(text: string, line: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return new TextEncoder().encode(before.map(each => `${each}\n`).join(''))
    .length;
}

/** A network on which no stream comes about. */
async function* noStream(): AsyncIterable<never> {
  throw new Error('The stream is held back.');
}

describe('LogStream', () => {
  it('neither loses nor repeats a line, however often the connection breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), {
          maxLength: 40,
        }),
        fc.infiniteStream(fc.boolean()),
        fc.integer({ min: 8, max: 64 }),
        async (words, breaks, most) => {
          const text = words
            .map(word => `${word.replace(/[\r\n]/g, '')}\n`)
            .join('');
          const log = aLog(text, most);
          let last: LogStreamState | undefined;
          const stream = LogStream.create({
            read: async range => {
              if (breaks.next().value) {
                throw new Error('connection reset');
              }
              return log.range(range);
            },
            follow: noStream,
            wait: async () => {},
            pause: () => 0,
            onChange: state => {
              last = state;
            },
          });
          await stream.run(new AbortController().signal);
          expect(lines(last)).toEqual(text.split('\n').slice(0, -1));
          expect(last?.status).toBe('complete');
        },
      ),
      { numRuns: 50 },
    );
  });

  it('follows a log that ends within a character, instead of asking for the rest of it again and again', async () => {
    const whole = aLog('ab€\n', 1024);
    let reads = 0;
    let last: LogStreamState | undefined;
    const stream = LogStream.create({
      read: async range => {
        reads += 1;
        // Of the three bytes of the last character two are there.
        const cut = whole.range(range, 2, false);
        return { ...cut, totalBytes: 4 };
      },
      async *follow({ offset, signal }) {
        yield whole.range({ offset, maxBytes: 1024, signal });
      },
      wait: async () => {},
      pause: () => 0,
      onChange: state => {
        last = state;
      },
    });
    await stream.run(new AbortController().signal);
    expect(lines(last)).toEqual(['ab€']);
    expect(reads).toBe(2);
  });

  it('goes on where it stopped when a signal says that the log grew', async () => {
    const log = aLog('one\ntwo\n', 1024);
    let grown = 4;
    let last: LogStreamState | undefined;
    const asked: number[] = [];
    const waits: { wake: () => void; promise: Promise<void> }[] = [];
    const stream = LogStream.create({
      read: async range => {
        asked.push('offset' in range ? range.offset : NaN);
        return log.range(range, grown, grown === log.bytes.length);
      },
      follow: noStream,
      wait: (_, signal) => {
        // Only a signal ends this wait: there is no clock here.
        const promise = new Promise<void>(resolve =>
          signal.addEventListener('abort', () => resolve()),
        );
        grown = log.bytes.length;
        waits.push({ wake: () => stream.wake(), promise });
        queueMicrotask(() => stream.wake());
        return promise;
      },
      pause: () => 1_000_000,
      onChange: state => {
        last = state;
      },
    });
    await stream.run(new AbortController().signal);
    expect(waits).toHaveLength(1);
    expect(asked).toEqual([0, 4]);
    expect(lines(last)).toEqual(['one', 'two']);
  });

  it('keeps what was read and says why it cannot read more', async () => {
    const log = aLog('one\n', 1024);
    const states: LogStreamState[] = [];
    const abort = new AbortController();
    let calls = 0;
    const failures: number[] = [];
    const stream = LogStream.create({
      read: async range => {
        calls += 1;
        if (calls > 1) {
          throw new Error('The backend does not answer.');
        }
        return log.range(range, 4, false);
      },
      follow: noStream,
      wait: async () => {},
      pause: count => {
        failures.push(count);
        if (count === 3) {
          abort.abort();
        }
        return 0;
      },
      onChange: state => states.push(state),
    });
    await stream.run(abort.signal);
    const last = states.at(-1);
    expect(last?.error?.message).toBe('The backend does not answer.');
    expect(lines(last)).toEqual(['one']);
    // The first is of the stream, which is no failure of the reading.
    expect(failures).toEqual([1, 1, 2, 3]);
  });

  it('neither loses nor repeats a line of a stream, wherever the connection is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.infiniteStream(fc.nat({ max: 4 })),
        fc.integer({ min: 8, max: 64 }),
        async (words, lives, most) => {
          const text = words
            .map(word => `${word.replace(/[\r\n]/g, '')}\n`)
            .join('');
          const log = aLog(text, most);
          let last: LogStreamState | undefined;
          let grown = 0;
          let read = 0;
          const stream = LogStream.create({
            // Beside a stream a range gives only what had come before.
            read: async range => {
              read += 1;
              const at = 'offset' in range ? range.offset : 0;
              return log.range(range, Math.max(grown, at), false);
            },
            async *follow({ offset, onOpen }) {
              let left = lives.next().value;
              for (let at = offset; at < log.bytes.length; ) {
                if (left === 0) throw new Error('connection reset');
                left -= 1;
                onOpen();
                const range = log.range({
                  offset: at,
                  maxBytes: most,
                  signal: new AbortController().signal,
                });
                at = range.nextOffset;
                grown = at;
                yield range;
              }
            },
            wait: async () => {},
            pause: () => 0,
            onChange: state => {
              last = state;
            },
          });
          await stream.run(new AbortController().signal);
          expect(lines(last)).toEqual(text.split('\n').slice(0, -1));
          expect(last?.status).toBe('complete');
          expect(read).toBeGreaterThan(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('polls where no stream comes about three times in a row, and tries one again after a while', async () => {
    const log = aLog('one\ntwo\n', 1024);
    const done: string[] = [];
    let streams = 0;
    let last: LogStreamState | undefined;
    const stream = LogStream.create({
      read: async range => {
        done.push('read');
        return log.range(range, 4, false);
      },
      async *follow({ offset, onOpen, signal }) {
        streams += 1;
        done.push('stream');
        if (streams < 4) throw new Error('The stream is held back.');
        onOpen();
        yield log.range({ offset, maxBytes: 1024, signal });
      },
      wait: async () => {},
      pause: () => 0,
      onChange: state => {
        last = state;
      },
    });
    await stream.run(new AbortController().signal);
    expect(done.slice(0, 7)).toEqual([
      'read',
      'stream',
      'read',
      'stream',
      'read',
      'stream',
      'read',
    ]);
    expect(done.slice(7)).toEqual([...Array(60).fill('read'), 'stream']);
    expect(lines(last)).toEqual(['one', 'two']);
    expect(last?.error).toBeUndefined();
  });

  it('does not take a part of a log that does not follow on what it has', async () => {
    const log = aLog('one\ntwo\nthree\n', 1024);
    let last: LogStreamState | undefined;
    let streams = 0;
    const stream = LogStream.create({
      read: async range => log.range(range, 4, false),
      async *follow({ offset, onOpen, signal }) {
        streams += 1;
        onOpen();
        yield log.range({
          offset: streams === 1 ? 8 : offset,
          maxBytes: 1024,
          signal,
        });
      },
      wait: async () => {},
      pause: () => 0,
      onChange: state => {
        last = state;
      },
    });
    await stream.run(new AbortController().signal);
    expect(streams).toBe(2);
    expect(lines(last)).toEqual(['one', 'two', 'three']);
  });

  it('begins with a line near the end of a long log, and goes on by bytes from there', async () => {
    const text = Array.from({ length: 2_000 }, (_, index) => `${index + 1}\n`);
    const log = aLog(text.join(''), 1_024);
    const asked: Range[] = [];
    let last: LogStreamState | undefined;
    const stream = LogStream.create({
      firstBlock: 3,
      read: async range => {
        asked.push(range);
        return log.range(range);
      },
      follow: noStream,
      wait: async () => {},
      pause: () => 0,
      onChange: state => {
        last = state;
      },
    });
    await stream.run(new AbortController().signal);
    expect(asked[0]).toMatchObject({ line: 3 * 512 + 1 });
    expect(asked[1]).toMatchObject({ offset: expect.any(Number) });
    expect(last).toMatchObject({ status: 'complete' });
    expect(last?.buffer.lineCount).toBe(2_000);
    expect(
      lines(last)
        .slice(0, 3 * 512)
        .every(line => line === undefined),
    ).toBe(true);
    expect(lines(last).slice(3 * 512)).toEqual(
      text.slice(3 * 512).map(line => line.trimEnd()),
    );
  });

  it('stops at once when nobody looks any more', async () => {
    const abort = new AbortController();
    const onChange = jest.fn();
    const stream = LogStream.create({
      read: async () => {
        abort.abort();
        throw new Error('aborted');
      },
      follow: noStream,
      wait: async () => {},
      pause: () => 0,
      onChange,
    });
    await stream.run(abort.signal);
    expect(onChange).not.toHaveBeenCalled();
  });
});
