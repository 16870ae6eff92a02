/**
 * How many of these bytes can be decoded without cutting a character at the
 * end. Bytes that are no UTF-8 at all are not held back.
 */
export function completeUtf8Length(bytes: Buffer): number {
  // A character has at most four bytes, so its first one is among the last four.
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return bytes.length;
    // No character begins with these.
    if (byte === 0xc0 || byte === 0xc1 || byte > 0xf4) return bytes.length;
    if (byte >= 0xc2) {
      let length = 2;
      if (byte >= 0xf0) length = 4;
      else if (byte >= 0xe0) length = 3;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}
