import { mockServices } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { LogRedactor } from './LogRedactor';
import { SecretValues } from './SecretValues';
import { secretForms } from './secretForms';

function secretsOf(...values: string[]): SecretValues {
  const secrets = SecretValues.create({ logger: mockServices.logger.mock() });
  values.forEach(value => secrets.add(value));
  return secrets;
}

/** Masks one form after the other in the whole: what the streaming redactor has to come to. */
function maskWhole(bytes: Buffer, values: string[]): Buffer {
  const masked = Buffer.from(bytes);
  for (const form of values.flatMap(secretForms)) {
    for (
      let at = bytes.indexOf(form);
      at >= 0;
      at = bytes.indexOf(form, at + 1)
    ) {
      masked.fill('*', at, at + form.length);
    }
  }
  return masked;
}

/** Few letters, so that secrets overlap themselves and one another. */
const narrowSecret = fc.string({
  unit: fc.constantFrom('a', 'b', 'c'),
  minLength: 6,
  maxLength: 12,
});
const wideSecret = fc.string({ unit: 'binary', minLength: 6, maxLength: 30 });
const secretValues = fc.array(fc.oneof(narrowSecret, wideSecret), {
  minLength: 1,
  maxLength: 5,
});

/** A log that has secrets in all forms, halves of them, and other text. */
function logWith(values: string[]) {
  const forms = values.flatMap(secretForms);
  return fc
    .array(
      fc.oneof(
        fc.constantFrom(...forms),
        fc
          .tuple(fc.constantFrom(...forms), fc.nat(), fc.nat())
          .map(([form, from, to]) =>
            form.subarray(from % form.length, to % form.length),
          ),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n') }),
        fc.uint8Array({ maxLength: 20 }),
      ),
      { maxLength: 30 },
    )
    .map(parts => Buffer.concat(parts.map(part => Buffer.from(part))));
}

const valuesAndLog = secretValues.chain(values =>
  fc.record({
    values: fc.constant(values),
    log: logWith(values),
    cuts: fc.array(fc.nat(), { maxLength: 20 }),
  }),
);

function cutAt(bytes: Buffer, cuts: number[]): Buffer[] {
  const places = cuts
    .map(cut => cut % (bytes.length + 1))
    .sort((one, other) => one - other);
  return [0, ...places].map((from, index) =>
    bytes.subarray(from, places[index] ?? bytes.length),
  );
}

describe('LogRedactor', () => {
  it('gives the masked whole, byte by byte in its place, wherever the log is cut', () => {
    fc.assert(
      fc.property(valuesAndLog, ({ values, log, cuts }) => {
        const redactor = LogRedactor.create({
          secrets: secretsOf(...values),
          offset: 0,
        });
        const expected = maskWhole(log, values);
        const stored: Uint8Array[] = [];
        let end = 0;
        const store = ({
          offset,
          bytes,
        }: ReturnType<typeof redactor.flush>) => {
          expect(offset).toBe(end);
          stored.push(bytes);
          end += bytes.length;
          // Every prefix that is stored is masked for good.
          expect(Buffer.concat(stored)).toEqual(expected.subarray(0, end));
        };
        cutAt(log, cuts).forEach(piece => store(redactor.push(piece)));
        store(redactor.flush());
        expect(end).toBe(log.length);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same where another redactor takes over at the stored end, in the middle of a secret too', () => {
    fc.assert(
      fc.property(valuesAndLog, ({ values, log, cuts }) => {
        const secrets = secretsOf(...values);
        const stored: Uint8Array[] = [];
        let end = 0;
        // Each piece is seen by a redactor that begins where the log is stored up to.
        for (const place of [...cuts, log.length]) {
          const until = Math.max(end, place % (log.length + 1));
          const redactor = LogRedactor.create({ secrets, offset: end });
          const { bytes } = redactor.push(log.subarray(end, until));
          stored.push(bytes);
          end += bytes.length;
        }
        const last = LogRedactor.create({ secrets, offset: end });
        stored.push(last.push(log.subarray(end)).bytes, last.flush().bytes);
        expect(Buffer.concat(stored)).toEqual(maskWhole(log, values));
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['as it is', (value: string) => value],
    ['in an address', (value: string) => encodeURIComponent(value)],
    [
      'in a form',
      (value: string) => new URLSearchParams({ q: value }).toString().slice(2),
    ],
    ['in JSON', (value: string) => JSON.stringify(value).slice(1, -1)],
    [
      'in an address with small letters',
      (value: string) =>
        encodeURIComponent(value).replace(/%../g, code => code.toLowerCase()),
    ],
    [
      'in JSON of ASCII only',
      (value: string) =>
        JSON.stringify(value)
          .slice(1, -1)
          .replace(
            /[^ -~]/g,
            unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
          ),
    ],
  ])('masks a secret %s', (_, encode) => {
    const value = 'pä$$ "wörd"/+<&>\\ ~🗝';
    const redactor = LogRedactor.create({
      secrets: secretsOf(value),
      offset: 0,
    });
    const log = `before ${encode(value)} after`;
    const { bytes } = redactor.push(Buffer.from(log));
    expect(Buffer.from(bytes).toString()).toBe(
      `before ${'*'.repeat(Buffer.from(encode(value)).length)} after`,
    );
  });

  it('masks every character of base64 that a secret alone decides, wherever it stands in what was encoded', () => {
    fc.assert(
      fc.property(
        wideSecret,
        fc.uint8Array({ maxLength: 7 }),
        fc.uint8Array({ maxLength: 7 }),
        fc.constantFrom('base64' as const, 'base64url' as const),
        (value, before, after, encoding) => {
          const secret = Buffer.from(value);
          const encoded = Buffer.concat([before, secret, after]).toString(
            encoding,
          );
          const redactor = LogRedactor.create({
            secrets: secretsOf(value),
            offset: 0,
          });
          const shown = Buffer.concat([
            redactor.push(Buffer.from(encoded)).bytes,
            redactor.flush().bytes,
          ]).toString();
          const firstBit = before.length * 8;
          const endBit = firstBit + secret.length * 8;
          const decided = [...encoded].flatMap((_, index) =>
            index * 6 >= firstBit && index * 6 + 6 <= endBit ? [index] : [],
          );
          expect(decided.map(index => shown[index]).join('')).toBe(
            '*'.repeat(decided.length),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('masks each line of a secret that has several', () => {
    const redactor = LogRedactor.create({
      secrets: secretsOf('first line\r\n  second line\n}\n'),
      offset: 0,
    });
    const { bytes } = redactor.push(
      Buffer.from('> first line\n> second line\n> }\n'),
    );
    expect(Buffer.from(bytes).toString()).toBe(
      '> **********\n> ***********\n> }\n',
    );
  });

  it('holds back nothing that cannot become a secret, so that a prompt shows at once', () => {
    const redactor = LogRedactor.create({
      secrets: secretsOf('s3cr3t-value'),
      offset: 0,
    });
    const prompt = Buffer.from('Continue? [y/N] ');
    expect(redactor.push(prompt).bytes).toEqual(prompt);
    expect(redactor.holdsBack).toBe(false);
    const { bytes } = redactor.push(Buffer.from('token s3cr3t'));
    expect(Buffer.from(bytes).toString()).toBe('token ');
    expect(redactor.holdsBack).toBe(true);
  });

  it('masks from then on what is added while the log is written, what is held back included', () => {
    const secrets = secretsOf('s3cr3t-value');
    const redactor = LogRedactor.create({ secrets, offset: 0 });
    const shown = [redactor.push(Buffer.from('one later-one; s3cr3t-')).bytes];
    secrets.add('later-one');
    secrets.add('cr3t-lock');
    shown.push(redactor.push(Buffer.from('lock later-one\n')).bytes);
    expect(Buffer.concat(shown).toString()).toBe(
      'one later-one; s3********* *********\n',
    );
  });

  it('masks the whole of what it has found, also where its value is taken back and a shorter one comes', () => {
    const secrets = SecretValues.create({ logger: mockServices.logger.mock() });
    const takeBack = secrets.add('pass-word-2-password');
    // Holds back what the first one has matched.
    secrets.add('word-2-password-and-more');
    const redactor = LogRedactor.create({ secrets, offset: 0 });
    const before = redactor.push(Buffer.from('x pass-word-2-password'));
    takeBack();
    secrets.add('pass-word');
    const after = redactor.push(Buffer.from('\n'));
    expect(
      Buffer.concat([
        before.bytes,
        after.bytes,
        redactor.flush().bytes,
      ]).toString(),
    ).toBe(`x ${'*'.repeat(20)}\n`);
  });

  it('lets bytes pass as they are while there is no secret', () => {
    const redactor = LogRedactor.create({ secrets: secretsOf(), offset: 5 });
    const bytes = Buffer.from('anything');
    expect(redactor.push(bytes)).toEqual({ offset: 5, bytes });
    expect(redactor.push(bytes).bytes).toBe(bytes);
    expect(redactor.end).toBe(21);
  });

  it('holds back no more than it must of a log that is one secret without end', () => {
    const redactor = LogRedactor.create({
      secrets: secretsOf('aaaaaa'),
      offset: 0,
    });
    let stored = 0;
    for (let count = 0; count < 50; count++) {
      const { bytes } = redactor.push(Buffer.alloc(10_000, 'a'));
      expect(Buffer.from(bytes)).toEqual(Buffer.alloc(bytes.length, '*'));
      stored += bytes.length;
    }
    expect(redactor.end - stored).toBeLessThanOrEqual(64 * 1024);
  });
});
