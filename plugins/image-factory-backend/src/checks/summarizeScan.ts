import {
  Vulnerability,
  VulnerabilityList,
} from '@image-factory/backstage-plugin-image-factory-common';
import { GateSettings } from './CheckSettings';
import { Finding } from './readScanReport';
import { countBySeverity, SEVERITIES } from './severities';

/** What the scan of the image of one platform has found. */
export type PlatformScan = {
  platform: string | undefined;
  findings: Finding[];
};

/** What the scans of an image say, all platforms together. */
export type ScanSummary = {
  list: VulnerabilityList;
  /** Those that stop the image, all of them, also where the list is cut; the worst first. */
  stopping: Vulnerability[];
};

/** More are of no use to a reader, who has the reports as well. */
const MAX_ITEMS = 2_000;

/** Puts the scans of an image together and holds them against the gate, where there is one. */
export function summarizeScan(
  scans: PlatformScan[],
  gate: GateSettings | undefined,
): ScanSummary {
  const all = scans
    .flatMap(({ platform, findings }) =>
      findings.map(finding => ({
        ...finding,
        platform,
        stopsImage: gate !== undefined && isStopping(finding, gate),
      })),
    )
    .sort(byWeight);
  const stopping = all.filter(({ stopsImage }) => stopsImage);
  return {
    stopping,
    list: {
      counts: countBySeverity(all),
      fixable: all.filter(({ fixedVersion }) => fixedVersion !== undefined)
        .length,
      gate: gate && {
        severity: gate.severity,
        ignoreUnfixed: gate.ignoreUnfixed,
        stopped: stopping.length > 0,
      },
      items: all.slice(0, MAX_ITEMS),
      truncated: all.length > MAX_ITEMS,
    },
  };
}

/** Those of which nobody has judged how bad they are stop nothing. */
function isStopping(finding: Finding, gate: GateSettings): boolean {
  const { id, severity, fixedVersion } = finding;
  return (
    rank(severity) <= rank(gate.severity) &&
    !(gate.ignoreUnfixed && fixedVersion === undefined) &&
    !gate.ignore.includes(id)
  );
}

function byWeight(one: Vulnerability, other: Vulnerability): number {
  return (
    rank(one.severity) - rank(other.severity) ||
    compare(one.package, other.package) ||
    compare(one.id, other.id) ||
    compare(one.platform ?? '', other.platform ?? '')
  );
}

function rank(severity: Vulnerability['severity']): number {
  return SEVERITIES.indexOf(severity);
}

/** By code unit, so that it is the same on every machine. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
