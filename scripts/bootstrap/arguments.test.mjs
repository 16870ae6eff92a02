import assert from 'node:assert/strict';
import test from 'node:test';
import { demandKnown } from './arguments.mjs';

const ACCEPTS = { values: ['--port'], flags: ['--no-install'], words: 1 };

test('what a command knows is taken, a value behind its option or in it', () => {
  demandKnown([], {});
  demandKnown(['--port', '7008', 'word', '--no-install'], ACCEPTS);
  demandKnown(['--port=7008'], ACCEPTS);
  demandKnown(['--port', '--no-install'], ACCEPTS);
});

for (const [argv, message] of [
  [['--nonsense'], /There is no option '--nonsense'/],
  [['--no-install=yes'], /There is no option '--no-install=yes'/],
  [['--ports=1'], /There is no option '--ports=1'/],
  [['-x'], /There is no option '-x'/],
  [['one', 'two'], /'two' is not expected here/],
]) {
  test(`${argv.join(' ')} is refused, with what there is`, () => {
    assert.throws(() => demandKnown(argv, ACCEPTS), message);
    assert.throws(
      () => demandKnown(argv, ACCEPTS),
      /--port <value>, --no-install, --help/,
    );
  });
}
