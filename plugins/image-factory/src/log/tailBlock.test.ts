import { BLOCK_LINES } from './LogBuffer';
import { tailBlock } from './tailBlock';

describe('tailBlock', () => {
  it('reads a short log as a whole', () => {
    expect(tailBlock({ logBytes: 1_000_000, logLines: 10_000 })).toBe(0);
    expect(tailBlock({ logBytes: 0, logLines: 0 })).toBe(0);
  });

  it('begins near the end of a long one', () => {
    const block = tailBlock({ logBytes: 100_000_000, logLines: 1_000_000 });
    const lines = 1_000_000 - block * BLOCK_LINES;
    expect(lines).toBeGreaterThan(1_000);
    expect(lines).toBeLessThan(1_000 + 2 * BLOCK_LINES);
  });

  it('begins with the first line where there is but one', () => {
    expect(tailBlock({ logBytes: 100_000_000, logLines: 0 })).toBe(0);
  });
});
