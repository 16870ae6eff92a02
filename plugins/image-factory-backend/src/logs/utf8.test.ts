import fc from 'fast-check';
import { completeUtf8Length } from './utf8';

describe('completeUtf8Length', () => {
  it('never cuts a character, and holds back at most three bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, position) => {
        const bytes = Buffer.from(text, 'utf8');
        const cut = bytes.subarray(0, position % (bytes.length + 1));
        const length = completeUtf8Length(cut);
        const head = cut.subarray(0, length).toString('utf8');
        expect(Buffer.from(text, 'utf8').toString('utf8')).toContain(head);
        expect(cut.length - length).toBeLessThanOrEqual(3);
        expect(head + bytes.subarray(length).toString('utf8')).toBe(
          bytes.toString('utf8'),
        );
      }),
    );
  });

  it.each([0x80, 0xc0, 0xc1, 0xf5, 0xff])(
    'holds nothing back of bytes that are no text (%p)',
    byte => {
      const bytes = Buffer.from([0x41, 0x41, 0x41, 0x41, byte]);
      expect(completeUtf8Length(bytes)).toBe(5);
    },
  );
});
