import { LogFinder, LogFinderState } from './LogFinder';

const match = (line: number) => ({
  step: 'build-image',
  line,
  offset: 0,
  column: 0,
  text: 'needle',
  ranges: [{ start: 0, end: 6 }],
  matches: 1,
});

/** A log with so many matches, of which the backend gives a hundred at once. */
function find(total: number) {
  let state: LogFinderState | undefined;
  const cursors: (string | undefined)[] = [];
  const finder = LogFinder.create({
    search: async ({ cursor }) => {
      cursors.push(cursor);
      const from = Number(cursor ?? 0);
      const to = Math.min(total, from + 100);
      return {
        items: Array.from({ length: to - from }, (_, index) =>
          match(from + index + 1),
        ),
        nextCursor: to < total ? String(to) : undefined,
        searchedBytes: 0,
      };
    },
    onChange: next => {
      state = next;
    },
  });
  return { finder, cursors, state: () => state };
}

describe('LogFinder', () => {
  it('counts all matches, page by page', async () => {
    const { finder, cursors, state } = find(250);
    await finder.more();
    expect(state()).toMatchObject({ hasMore: false, isSearching: false });
    expect(state()?.matches.map(({ line }) => line)).toEqual(
      Array.from({ length: 250 }, (_, index) => index + 1),
    );
    expect(cursors).toEqual([undefined, '100', '200']);
  });

  it('stops counting where there are very many, and goes on when asked', async () => {
    const { finder, state } = find(100_000);
    await finder.more();
    expect(state()).toMatchObject({ hasMore: true, isSearching: false });
    expect(state()?.matches).toHaveLength(1_000);
    await finder.more();
    expect(state()?.matches).toHaveLength(2_000);
  });

  it('tells why it has stopped', async () => {
    let state: LogFinderState | undefined;
    const finder = LogFinder.create({
      search: async () => {
        throw new Error('connection reset');
      },
      onChange: next => {
        state = next;
      },
    });
    await finder.more();
    expect(state).toMatchObject({
      isSearching: false,
      error: { message: 'connection reset' },
    });
  });
});
