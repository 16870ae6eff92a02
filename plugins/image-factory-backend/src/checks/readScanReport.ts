import { stripVTControlCharacters } from 'node:util';
import {
  Vulnerability,
  VulnerabilitySeverity,
} from '@image-factory/backstage-plugin-image-factory-common';
import { SEVERITIES } from './severities';

/** A vulnerability of a package in the image of one platform. */
export type Finding = Omit<Vulnerability, 'platform' | 'stopsImage'>;

/** What a scan has found, or why its report tells nothing. */
export type ScanReport = { findings: Finding[] } | { problem: string };

/** Of no image that anybody could mend. */
const MAX_FINDINGS = 200_000;
const MAX_NAME = 300;
const MAX_TITLE = 500;
const MAX_URL = 2_000;

/**
 * Reads a report of Trivy. It is taken for untrusted: it tells of what is in an
 * image, and may come from a pod. What is of another type than it should be is
 * left out, and a vulnerability without an id or a package is none.
 */
export function readScanReport(json: string): ScanReport {
  let report: unknown;
  try {
    report = JSON.parse(json);
  } catch {
    return { problem: 'it is not JSON' };
  }
  if (!isRecord(report) || report.SchemaVersion !== 2) {
    return { problem: 'it is no report of Trivy of the schema version 2' };
  }
  const system = readSystem(report.Metadata);
  const findings: Finding[] = [];
  for (const result of records(report.Results)) {
    const target = targetOf(result, system);
    for (const each of records(result.Vulnerabilities)) {
      const finding = readFinding(each, target);
      if (finding) findings.push(finding);
      if (findings.length > MAX_FINDINGS) {
        return { problem: `it has more than ${MAX_FINDINGS} vulnerabilities` };
      }
    }
  }
  return { findings };
}

function readFinding(
  each: Record<string, unknown>,
  target: string | undefined,
): Finding | undefined {
  const id = text(each.VulnerabilityID, MAX_NAME);
  const name = text(each.PkgName, MAX_NAME);
  if (id === undefined || name === undefined) return undefined;
  return {
    id,
    severity: readSeverity(each.Severity),
    package: name,
    version: text(each.InstalledVersion, MAX_NAME) ?? '',
    fixedVersion: text(each.FixedVersion, MAX_NAME),
    title: text(each.Title, MAX_TITLE),
    url: readUrl(each.PrimaryURL),
    target: text(each.PkgPath, MAX_NAME) ?? target,
  };
}

/** Packages of the distribution are found in what Trivy was given, whose path says nothing to a reader. */
function targetOf(
  { Class, Target }: Record<string, unknown>,
  system: string | undefined,
): string | undefined {
  return Class === 'os-pkgs' && system !== undefined
    ? system
    : text(Target, MAX_NAME);
}

function readSystem(metadata: unknown): string | undefined {
  const { OS } = isRecord(metadata) ? metadata : { OS: undefined };
  if (!isRecord(OS)) return undefined;
  const words = [text(OS.Family, MAX_NAME), text(OS.Name, MAX_NAME)];
  return words.filter(Boolean).join(' ') || undefined;
}

function readSeverity(value: unknown): VulnerabilitySeverity {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  return SEVERITIES.find(severity => severity === word) ?? 'unknown';
}

/** Pages make a link of it. */
function readUrl(value: unknown): string | undefined {
  const url = text(value, MAX_URL);
  return url !== undefined && /^https?:\/\/[^\s"'<>\\]+$/i.test(url)
    ? url
    : undefined;
}

/** One line without control characters; undefined where there is nothing in it. */
function text(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const line = stripVTControlCharacters(value.slice(0, 2 * maxLength))
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  if (line === '') return undefined;
  const cut = line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
  // Also of a character that was cut in two.
  return cut.replace(/\p{Surrogate}/gu, '\uFFFD');
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
