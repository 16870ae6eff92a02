import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readChecks } from './readChecks';

function read(checks: JsonObject) {
  return readChecks(new ConfigReader(checks));
}

describe('readChecks', () => {
  it('checks images where that can be done, and stops none, unless it is told otherwise', () => {
    expect(readChecks(undefined)).toEqual({ sbom: 'auto', scan: 'auto' });
  });

  it('reads all that can be told', () => {
    const checks = {
      sbom: 'always',
      scan: 'always',
      database: 'registry.example.com:5000/mirror/trivy-db:2',
      javaDatabase: `registry.example.com/trivy-java-db@sha256:${'a'.repeat(
        64,
      )}`,
      gate: {
        severity: 'high',
        ignoreUnfixed: true,
        ignore: ['CVE-2024-0001', 'GHSA-xxxx-yyyy-zzzz', 'TEMP-0290435-0B57B5'],
      },
    };
    expect(read(checks)).toEqual(checks);
  });

  it('lets nothing through a gate that is not told to', () => {
    expect(read({ gate: { severity: 'critical' } }).gate).toEqual({
      severity: 'critical',
      ignoreUnfixed: false,
      ignore: [],
    });
  });

  it.each<[string, JsonObject, RegExp]>([
    [
      'a mode that is none',
      { sbom: 'yes' },
      /sbom is "yes"\. Write one of: auto, always, never\./,
    ],
    [
      'a severity that is none',
      { gate: { severity: 'HIGH' } },
      /gate\.severity is "HIGH"\. Write one of: critical, high, medium, low\./,
    ],
    [
      'a gate without a severity',
      { gate: { ignoreUnfixed: true } },
      /gate has no severity\. Write the least one that stops/,
    ],
    [
      'a gate over no scan',
      { scan: 'never', gate: { severity: 'high' } },
      /scan is never\. Take one of the two out\./,
    ],
    [
      'an id that is none',
      { gate: { severity: 'high', ignore: ['CVE-2024-0001 OpenSSL'] } },
      /"CVE-2024-0001 OpenSSL", which is no id/,
    ],
    [
      'what a cluster would replace',
      { gate: { severity: 'high', ignore: ['$(params.x)'] } },
      /is no id/,
    ],
    [
      'an address in place of an image',
      { database: 'https://registry.example.com/trivy-db' },
      /database is "https:.*names no image in a registry\. Write host, repository and tag/,
    ],
    ['a database without a host', { javaDatabase: 'trivy-db' }, /javaDatabase/],
  ])('refuses %s', (_, checks, message) => {
    expect(() => read(checks)).toThrow(message);
  });
});
