import * as fc from 'fast-check';
import {
  BUILD_STATUSES,
  BuildFilterState,
  fromSearch,
  toQuery,
  toSearch,
} from './filters';

const anyFilters: fc.Arbitrary<BuildFilterState> = fc.record({
  entity: fc.string(),
  status: fc.subarray(BUILD_STATUSES),
  method: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  mine: fc.boolean(),
  order: fc.constantFrom('-createdAt', 'createdAt'),
  cursor: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
});

describe('filters of the builds page', () => {
  it('come back from the address as they were', () => {
    fc.assert(
      fc.property(anyFilters, filters => {
        const address = toSearch(filters).toString();
        expect(fromSearch(new URLSearchParams(address))).toEqual(filters);
      }),
    );
  });

  it('leave out of the address what is the default', () => {
    const search = toSearch(fromSearch(new URLSearchParams()));
    expect(search.toString()).toBe('');
  });

  it('ignore a status that is none', () => {
    const search = new URLSearchParams('status=failed&status=exploded');
    expect(fromSearch(search).status).toEqual(['failed']);
  });

  it('take a bare name for a component of the default namespace', () => {
    const filters = fromSearch(new URLSearchParams('entity=hello-site'));
    expect(toQuery(filters, undefined)).toMatchObject({
      query: { entityRef: 'component:default/hello-site' },
    });
  });

  it('stand for no query of mine while nobody knows who I am', () => {
    const filters = fromSearch(new URLSearchParams('mine=true'));
    expect(toQuery(filters, undefined)).toEqual({ type: 'reader-unknown' });
    expect(toQuery(filters, 'user:default/me')).toMatchObject({
      query: { createdBy: 'user:default/me' },
    });
  });

  it('say so when the text is no entity', () => {
    const filters = fromSearch(new URLSearchParams('entity=component:'));
    expect(toQuery(filters, undefined)).toEqual({
      type: 'invalid',
      text: 'component:',
    });
  });
});
