import { GateSettings } from './CheckSettings';
import { Finding } from './readScanReport';
import { stoppedImage } from './stoppedImage';
import { summarizeScan } from './summarizeScan';

let ids = 0;

function finding(fields: Partial<Finding> = {}): Finding {
  ids += 1;
  return {
    id: `CVE-2024-${String(ids).padStart(4, '0')}`,
    severity: 'high',
    package: 'openssl',
    version: '3.0.1',
    ...fields,
  };
}

function summarize(findings: Finding[], gate?: Partial<GateSettings>) {
  return summarizeScan(
    [{ platform: 'linux/amd64', findings }],
    gate && { severity: 'high', ignoreUnfixed: false, ignore: [], ...gate },
  );
}

describe('summarizeScan', () => {
  it('counts what all platforms have, and lists it by severity and package', () => {
    const shared = finding({ id: 'CVE-1', fixedVersion: '3.0.15' });
    const { list, stopping } = summarizeScan(
      [
        {
          platform: 'linux/arm64',
          findings: [shared, finding({ id: 'CVE-2', severity: 'low' })],
        },
        {
          platform: 'linux/amd64',
          findings: [
            finding({ id: 'CVE-3', package: 'zlib' }),
            shared,
            finding({ id: 'CVE-4', severity: 'unknown' }),
            finding({ id: 'CVE-5', severity: 'critical', package: 'zlib' }),
          ],
        },
      ],
      undefined,
    );
    expect(list.counts).toEqual({
      critical: 1,
      high: 3,
      medium: 0,
      low: 1,
      unknown: 1,
    });
    expect(list.fixable).toBe(2);
    expect(list.gate).toBeUndefined();
    expect(list.items.map(({ id, platform }) => `${id} ${platform}`)).toEqual([
      'CVE-5 linux/amd64',
      'CVE-1 linux/amd64',
      'CVE-1 linux/arm64',
      'CVE-3 linux/amd64',
      'CVE-2 linux/arm64',
      'CVE-4 linux/amd64',
    ]);
    expect(stopping).toEqual([]);
  });

  it.each<[string, Partial<GateSettings>, string[]]>([
    ['what is as bad and worse', { severity: 'medium' }, ['c', 'h', 'm']],
    ['what is critical alone', { severity: 'critical' }, ['c']],
    ['all that somebody has judged', { severity: 'low' }, ['c', 'h', 'm', 'l']],
    [
      'what has a fixed version, where the rest is let through',
      { severity: 'medium', ignoreUnfixed: true },
      ['h'],
    ],
    ['what is not let through by its id', { ignore: ['h'] }, ['c']],
  ])('is stopped by %s', (_, gate, expected) => {
    const { list, stopping } = summarize(
      [
        finding({ id: 'u', severity: 'unknown' }),
        finding({ id: 'l', severity: 'low' }),
        finding({ id: 'm', severity: 'medium' }),
        finding({ id: 'h', severity: 'high', fixedVersion: '3' }),
        finding({ id: 'c', severity: 'critical' }),
      ],
      gate,
    );
    expect(stopping.map(({ id }) => id)).toEqual(expected);
    expect(list.gate?.stopped).toBe(true);
    expect(
      list.items.flatMap(({ id, stopsImage }) => (stopsImage ? [id] : [])),
    ).toEqual(expected);
  });

  it('lets an image through that has nothing of the kind', () => {
    const { list, stopping } = summarize([finding({ severity: 'medium' })], {});
    expect(stopping).toEqual([]);
    expect(list.gate).toEqual({
      severity: 'high',
      ignoreUnfixed: false,
      stopped: false,
    });
  });

  it('cuts the list and neither the counts nor what stops the image', () => {
    const { list, stopping } = summarize(
      Array.from({ length: 2_500 }, () => finding()),
      {},
    );
    expect(list.items).toHaveLength(2_000);
    expect(list.truncated).toBe(true);
    expect(list.counts.high).toBe(2_500);
    expect(stopping).toHaveLength(2_500);
  });
});

describe('stoppedImage', () => {
  function explain(findings: Finding[], gate: Partial<GateSettings> = {}) {
    const { stopping } = summarize(findings, gate);
    return stoppedImage({
      stopping,
      gate: { severity: gate.severity ?? 'high' },
      step: 'scan-image',
    });
  }

  it('says what is known against the image, and which packages to update first', () => {
    const { message, hint, ...rest } = explain([
      finding({ package: 'zlib', version: '1.2', fixedVersion: '1.3' }),
      finding({ id: 'CVE-7', fixedVersion: '3.0.15', severity: 'critical' }),
      finding({ id: 'CVE-8', fixedVersion: '3.0.14', severity: 'critical' }),
      finding({ package: 'a', fixedVersion: '2' }),
      finding({ package: 'b', fixedVersion: '2' }),
      finding({ package: 'c', fixedVersion: '2' }),
      finding({ package: 'd' }),
    ]);
    expect(message).toBe(
      'The image is stopped: it has 2 critical and 5 high vulnerabilities, and none that is high or worse is let through here.',
    );
    expect(hint).toMatch(
      /^Update openssl 3\.0\.1 to 3\.0\.15 \(CVE-7\), a 3\.0\.1 to 2 \(CVE-2024-\d+\), b 3\.0\.1 to 2 \(CVE-2024-\d+\) and 2 more packages, in the sources or by a newer base image, and build again\. For 1 there is no fixed version yet: /,
    );
    expect(rest).toEqual({
      class: 'user',
      step: 'scan-image',
      rule: 'scan-gate',
    });
  });

  it('tells what is left to do where there is nothing to update to', () => {
    const { message, hint } = explain([finding({ severity: 'critical' })], {
      severity: 'critical',
    });
    expect(message).toBe(
      'The image is stopped: it has 1 critical vulnerability, and none that is critical is let through here.',
    );
    expect(hint).toBe(
      'There is no fixed version yet: do without the package, choose another base image, or ask a portal admin to let it through (imageFactory.checks.gate).',
    );
  });
});
