/**
 * Prints so many bytes of lines at an even pace. Arguments: bytes, seconds.
 * Where whoever reads is too slow it falls behind, and then catches up as fast
 * as it can: how long it takes tells how long it was held up.
 */
const [bytes, seconds] = process.argv.slice(2).map(Number);
const TICK_MS = 10;
const LINE_WORDS = 10;

/** A mebibyte of lines that look like those of a build: numbers and hashes, so that they do not compress to nothing. */
function createText() {
  let state = 1;
  const word = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state.toString(16);
  };
  let text = '';
  for (let line = 1; text.length < 1024 * 1024; line += 1) {
    const words = Array.from({ length: LINE_WORDS }, word).join(' ');
    text += `STEP ${line}: compiling ${words}\n`;
  }
  return Buffer.from(text.slice(0, 1024 * 1024));
}

const text = createText();
const began = performance.now();
let printed = 0;

function write(until, done) {
  if (printed >= until) {
    done();
    return;
  }
  const at = printed % text.length;
  const piece = text.subarray(at, Math.min(text.length, at + until - printed));
  printed += piece.length;
  process.stdout.write(piece, () => write(until, done));
}

function tick() {
  const elapsed = (performance.now() - began) / 1000;
  const due = Math.min(bytes, Math.ceil((bytes * elapsed) / seconds));
  write(due, () => {
    if (printed < bytes) setTimeout(tick, TICK_MS);
  });
}

tick();
