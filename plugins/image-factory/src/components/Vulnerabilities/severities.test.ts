import { aVulnerability } from '../../__testUtils__';
import { filterVulnerabilities, totalOf, worstOf } from './severities';

const OPENSSL = aVulnerability({
  id: 'CVE-2024-0001',
  severity: 'critical',
  package: 'openssl',
  fixedVersion: '3.0.15',
});
const TAR = aVulnerability({
  id: 'TEMP-1',
  severity: 'low',
  package: 'tar',
  title: 'A path that leads out',
});
const ANY = { severities: [], text: '', fixable: false };

const ids = (filter: Partial<typeof ANY> | object) =>
  filterVulnerabilities([OPENSSL, TAR], { ...ANY, ...filter }).map(
    ({ id }) => id,
  );

describe('filterVulnerabilities', () => {
  it('keeps all where nothing is asked for', () => {
    expect(ids({})).toEqual(['CVE-2024-0001', 'TEMP-1']);
  });

  it.each([
    [{ severities: ['low', 'high'] }, ['TEMP-1']],
    [{ fixable: true }, ['CVE-2024-0001']],
    [{ text: ' OpenSSL' }, ['CVE-2024-0001']],
    [{ text: 'cve-2024' }, ['CVE-2024-0001']],
    [{ text: 'leads out' }, ['TEMP-1']],
    [{ severities: ['critical'], text: 'tar' }, []],
  ])('narrows them by %p', (filter, expected) => {
    expect(ids(filter)).toEqual(expected);
  });
});

describe('counts', () => {
  const none = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };

  it('add up, and tell the worst that there is', () => {
    expect(totalOf({ ...none, high: 2, low: 3 })).toBe(5);
    expect(worstOf({ ...none, high: 2, low: 3 })).toBe('high');
    expect(worstOf(none)).toBeUndefined();
  });
});
