import {
  Vulnerability,
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

/** All of them together. */
export function totalOf(counts: VulnerabilityCounts): number {
  return SEVERITIES.reduce((total, severity) => total + counts[severity], 0);
}

/** The worst severity that there is anything of. */
export function worstOf(
  counts: VulnerabilityCounts,
): VulnerabilitySeverity | undefined {
  return SEVERITIES.find(severity => counts[severity] > 0);
}

/** What a list of vulnerabilities is narrowed to. */
export type VulnerabilityFilter = {
  /** Any, where it is empty. */
  severities: VulnerabilitySeverity[];
  /** In the id, the package, the title or the place. */
  text: string;
  /** Those with a fixed version alone. */
  fixable: boolean;
};

export function filterVulnerabilities(
  items: Vulnerability[],
  filter: VulnerabilityFilter,
): Vulnerability[] {
  const text = filter.text.trim().toLowerCase();
  return items.filter(
    item =>
      (filter.severities.length === 0 ||
        filter.severities.includes(item.severity)) &&
      (!filter.fixable || item.fixedVersion !== undefined) &&
      [item.id, item.package, item.title, item.target].some(field =>
        field?.toLowerCase().includes(text),
      ),
  );
}
