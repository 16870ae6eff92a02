/** Values shorter than this are not masked: they would black out words of every log. */
export const SHORTEST_SECRET = 6;

const BASE64_BITS = 6;
const BYTE_BITS = 8;
/** Where a value begins within a group of three bytes; each place gives other characters. */
const BASE64_ALIGNMENTS = [0, 1, 2];
/** Where openssl and base64 wrap. */
const BASE64_WIDTHS = [64, 76];

/**
 * The bytes by which a secret may stand in a log: as it is, line by line, in
 * base64 wherever it begins in what was encoded, in addresses and in JSON.
 * Empty for a value that is too short.
 */
export function secretForms(value: string): Buffer[] {
  const texts = [value, ...linesOf(value)].filter(isLongEnough);
  const forms = texts.flatMap(text => [
    text,
    ...urlForms(text),
    ...jsonForms(text),
    ...base64Forms(text),
  ]);
  return [...new Set(forms)]
    .filter(isLongEnough)
    .map(form => Buffer.from(form));
}

function isLongEnough(text: string): boolean {
  return text.length >= SHORTEST_SECRET;
}

/** Tools print a value of several lines indented, quoted or with other line ends. */
function linesOf(value: string): string[] {
  return value
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== value);
}

/** What each way of percent-encoding leaves as it is beside letters, digits and `-._~`. */
const LEFT_BY_ENCODERS = [
  '', // RFC 3986, queries in Go and Python
  "!'()*", // encodeURIComponent
  '/', // Python's quote
  '$&+:=@', // paths in Go
  '$&+,;=', // logins in Go
];

function urlForms(text: string): string[] {
  // What is no text at all cannot be encoded otherwise.
  const wellFormed = Buffer.from(text).toString();
  const userInfo = new URL('https://host');
  userInfo.password = wellFormed;
  const encoded = LEFT_BY_ENCODERS.map(left => percentEncode(wellFormed, left));
  const forms = [
    ...encoded,
    ...encoded.map(form => form.replaceAll('%20', '+')),
    new URLSearchParams({ a: wellFormed }).toString().slice('a='.length),
    userInfo.password,
  ];
  return forms.flatMap(form => [
    form,
    form.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase()),
  ]);
}

function percentEncode(text: string, left: string): string {
  return [...Buffer.from(text)]
    .map(byte => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9._~-]/.test(character) || left.includes(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** As JavaScript, Go (which escapes HTML) and Python (which escapes all but ASCII) write a string. */
function jsonForms(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const html = plain.replace(/[<>&]/g, escapeUnit);
  return [
    plain,
    html,
    plain.replace(/[^ -~]/g, escapeUnit),
    html.replace(/[^ -~]/g, escapeUnit),
  ];
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The characters that the value alone decides, and those of a value that stands at the end, where the last character has bits of it too. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  return BASE64_ALIGNMENTS.flatMap(before => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((before * BYTE_BITS) / BASE64_BITS);
    const decided = Math.floor(
      ((before + bytes.length) * BYTE_BITS) / BASE64_BITS,
    );
    return [
      encoded.slice(first, decided),
      encoded.slice(first),
      ...(before === 0 ? BASE64_WIDTHS.flatMap(wrappedAt(encoded)) : []),
    ];
  }).flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** The lines into which a tool wraps it that encodes the value by itself. */
function wrappedAt(encoded: string): (width: number) => string[] {
  return width =>
    encoded.length > width
      ? encoded.match(new RegExp(`.{1,${width}}`, 'g'))!
      : [];
}
