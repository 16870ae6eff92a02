import {
  ScanGateSeverityEnum,
  VulnerabilityCounts,
  VulnerabilitySeverity,
} from '@image-factory/backstage-plugin-image-factory-common';

/** The worst first. */
export const SEVERITIES: VulnerabilitySeverity[] = [
  'critical',
  'high',
  'medium',
  'low',
  'unknown',
];

/** Those at which a gate may stand. */
export const GATE_SEVERITIES: ScanGateSeverityEnum[] = [
  'critical',
  'high',
  'medium',
  'low',
];

/** What the metric is called that counts those of a severity. */
export function countMetric(severity: VulnerabilitySeverity): string {
  return `vulnerabilities-${severity}`;
}

export function countBySeverity(
  found: { severity: VulnerabilitySeverity }[],
): VulnerabilityCounts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  for (const { severity } of found) counts[severity] += 1;
  return counts;
}

/** Such as "2 critical and 1 high", the worst first; those that there are none of are left out. */
export function describeCounts(counts: VulnerabilityCounts): string {
  const parts = SEVERITIES.filter(severity => counts[severity] > 0).map(
    severity => `${counts[severity]} ${severity}`,
  );
  return parts.length > 1
    ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
    : parts[0] ?? 'no';
}
