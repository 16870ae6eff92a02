import {
  ScanGate,
  Vulnerability,
  VulnerabilityCounts,
  VulnerabilityList,
} from '@image-factory/backstage-plugin-image-factory-common';

const PACKAGES = [
  ['openssl', '3.0.1', '3.0.15'],
  ['libexpat1', '2.5.0-1', '2.5.0-1+deb12u2'],
  ['curl', '7.88.1-10', '7.88.1-10+deb12u14'],
  ['zlib1g', '1:1.2.13', undefined],
  ['perl-base', '5.36.0-7', undefined],
  ['left-pad', '1.0.0', '1.3.0, 2.0.0'],
] as const;
const SEVERITIES = [
  ['critical', 1],
  ['high', 6],
  ['medium', 21],
  ['low', 44],
  ['unknown', 2],
] as const;

/** A scan that has found something of every kind, held against a gate. */
export function scanned(options: {
  severity: ScanGate['severity'];
  platforms: number;
}): { list: VulnerabilityList; counts: VulnerabilityCounts } {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  const items: Vulnerability[] = [];
  for (const [severity, amount] of SEVERITIES) {
    for (let number = 0; number < amount; number += 1) {
      const isStopping =
        options.severity === 'high' && ['critical', 'high'].includes(severity);
      if (options.severity === 'critical' && severity === 'critical') continue;
      items.push(finding(items.length, severity, isStopping, options));
      counts[severity] += 1;
    }
  }
  return {
    counts,
    list: {
      counts,
      fixable: items.filter(({ fixedVersion }) => fixedVersion).length,
      gate: {
        severity: options.severity,
        ignoreUnfixed: true,
        stopped: items.some(({ stopsImage }) => stopsImage),
      },
      items,
      truncated: false,
    },
  };
}

function finding(
  index: number,
  severity: Vulnerability['severity'],
  isStopping: boolean,
  { platforms }: { platforms: number },
): Vulnerability {
  const [name, version, fixedVersion] = PACKAGES[index % PACKAGES.length];
  const id = `CVE-2026-${String(index + 1).padStart(4, '0')}`;
  return {
    id,
    severity,
    package: name,
    version,
    fixedVersion,
    title: `${name}: input that is longer than its buffer is written behind it`,
    url: `https://cve.example.com/${id}`,
    platform: platforms > 1 && index % 2 === 1 ? 'linux/arm64' : 'linux/amd64',
    target: name === 'left-pad' ? 'app/node_modules/left-pad' : 'debian 12.5',
    stopsImage: isStopping && fixedVersion !== undefined,
  };
}
