import { secretForms } from './secretForms';

function formsOf(value: string): string[] {
  return secretForms(value).map(form => form.toString());
}

describe('secretForms', () => {
  // What each tool has printed, not what the code under test would give.
  it.each([
    ['as it is', 'S3cret!pa$s', 'S3cret!pa$s'],
    ["in a login of Go's URLs", 'S3cret!pa$s', 'S3cret%21pa$s'],
    ["in a query of Go's URLs", 'pass!word*1', 'pass%21word%2A1'],
    ["in a path of Go's URLs", 'pass;wo:rd', 'pass%3Bwo:rd'],
    ['by encodeURIComponent', "a'b(c)d/e", "a'b(c)d%2Fe"],
    ["by Python's quote", "a'b(c)d/e", 'a%27b%28c%29d/e'],
    ["by Python's quote_plus", 'pass word/1', 'pass+word%2F1'],
    ['in a form', 'pass~word 1', 'pass%7Eword+1'],
    ['with small digits', 'pass/word', 'pass%2fword'],
    ['beyond ASCII', 'pässword', 'p%C3%A4ssword'],
    ['by JSON', 'pass"word', 'pass\\"word'],
    ["by Go's JSON", 'pass<word', 'pass\\u003cword'],
    ["by Python's JSON", 'pässword', 'p\\u00e4ssword'],
    ['in base64', 's3cret-value', 'czNjcmV0LXZhbHVl'],
    ['in base64 behind "user:"', 's3cret-value', 'zM2NyZXQtdmFsdW'],
    ['in base64 for URLs', '>>>???>>>???', 'Pj4-Pz8_Pj4-Pz8_'],
  ])('has the value %s', (_, value, form) => {
    expect(formsOf(value)).toContain(form);
  });

  it('has the lines into which base64 of a long value is wrapped', () => {
    const value = 'x'.repeat(60);
    const encoded = Buffer.from(value).toString('base64');
    expect(formsOf(value)).toEqual(
      expect.arrayContaining([
        encoded.slice(0, 76),
        encoded.slice(0, 64),
        encoded.slice(64),
      ]),
    );
  });

  it('has nothing of a value that is too short', () => {
    expect(secretForms('short')).toEqual([]);
  });
});
