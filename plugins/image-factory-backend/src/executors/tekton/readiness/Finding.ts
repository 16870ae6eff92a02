import {
  ReadinessFinding,
  ReadinessStatus,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Unread } from './ClusterReader';

/** What was found, and what follows from it for builds. */
export type Finding = ReadinessFinding & {
  /** No build can run until it is mended. */
  blocks?: boolean;
  /** It cannot be known, and need not be. */
  isExpected?: boolean;
};

/** Worst first. */
const ORDER: ReadinessStatus[] = ['missing', 'warning', 'unknown', 'ready'];

/** How all of it is together. */
export function worstOf(statuses: ReadinessStatus[]): ReadinessStatus {
  return ORDER.find(status => statuses.includes(status)) ?? 'ready';
}

/** How a place is by what was found there. */
export function statusOf(findings: Finding[]): ReadinessStatus {
  return worstOf(
    findings.flatMap(({ status, isExpected }) => (isExpected ? [] : status)),
  );
}

/** As the API tells it. */
export function toReadinessFinding(finding: Finding): ReadinessFinding {
  const { check, status, message, hint } = finding;
  return { check, status, message, hint };
}

/** That something could not be looked at, and why. */
export function unread(
  check: string,
  why: Exclude<Unread, 'absent'>,
  right: string,
): Finding {
  return why === 'forbidden'
    ? {
        check,
        status: 'unknown',
        message: `The portal may not ${right}, so it cannot tell.`,
        hint: 'Apply the role of the portal in deploy/kubernetes again.',
      }
    : {
        check,
        status: 'unknown',
        message: 'The API server has given no answer to this.',
        hint: 'It is asked again by itself.',
      };
}
