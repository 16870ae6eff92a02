import { BLOCK_LINES, LogBuffer } from './LogBuffer';
import { findGroups, hiddenBy } from './groups';

function bufferOf(...lines: string[]) {
  const buffer = LogBuffer.create();
  buffer.append(lines.map(line => `${line}\n`).join(''));
  return buffer;
}

describe('groups', () => {
  it('takes what stands below an instruction for its group, in the words of each builder', () => {
    for (const head of [
      'STEP 1/2: FROM scratch',
      '[1/2] STEP 1/3: FROM scratch',
      '#5 [internal] load build definition',
      '\u001b[1mSTEP 1/2: FROM scratch\u001b[0m',
    ]) {
      const buffer = bufferOf('hello', head, 'one', 'two', 'STEP 2/2: RUN x');
      expect(findGroups(buffer)).toEqual([{ first: 1, end: 4 }]);
    }
  });

  it('nests groups of a tool within the instruction that runs it', () => {
    const buffer = bufferOf(
      'STEP 1/1: RUN test',
      '::group::outer',
      '::group::inner',
      'text',
      '::endgroup::',
      '::endgroup::',
      'after',
    );
    const groups = findGroups(buffer);
    expect(groups).toEqual([
      { first: 0, end: 7 },
      { first: 1, end: 6 },
      { first: 2, end: 5 },
    ]);
    const folded = new Map([
      [1, 6],
      [2, 5],
    ]);
    expect(hiddenBy(groups, folded)).toEqual([{ from: 2, to: 6 }]);
    expect(hiddenBy(groups, new Map([[2, 5]]))).toEqual([{ from: 3, to: 5 }]);
    // What has come since it was folded is not hidden.
    expect(hiddenBy(groups, new Map([[1, 4]]))).toEqual([{ from: 2, to: 4 }]);
  });

  it('lets a group grow with the log', () => {
    const buffer = bufferOf('STEP 1/1: RUN test');
    expect(findGroups(buffer)).toEqual([]);
    buffer.append('one\n');
    expect(findGroups(buffer)).toEqual([{ first: 0, end: 2 }]);
    buffer.append('two\nSTEP 2/2: RUN x\n');
    expect(findGroups(buffer)).toEqual([{ first: 0, end: 3 }]);
  });

  it('ends a group where lines are not at hand', () => {
    const lines = Array.from({ length: BLOCK_LINES }, (_, index) => ({
      style: '',
      text: index === 500 ? 'STEP 1/2: RUN x' : 'line',
      omitted: 0,
    }));
    const buffer = LogBuffer.create({ firstBlock: 3 });
    buffer.append('tail\n');
    buffer.put(0, lines);
    expect(findGroups(buffer)).toEqual([{ first: 500, end: BLOCK_LINES }]);
  });
});
