import {
  Failure,
  Vulnerability,
} from '@image-factory/backstage-plugin-image-factory-common';
import { GateSettings } from './CheckSettings';
import { countBySeverity, describeCounts } from './severities';

/** The rule of a failure by which an image was stopped for what was found in it. */
export const GATE_RULE = 'scan-gate';

const NAMED_PACKAGES = 3;

/**
 * Why an image is not pushed, and what would let it through: what can be
 * updated first, since that is for whoever builds it to do.
 *
 * @param stopping - the worst first
 */
export function stoppedImage(options: {
  stopping: Pick<
    Vulnerability,
    'id' | 'severity' | 'package' | 'version' | 'fixedVersion'
  >[];
  gate: Pick<GateSettings, 'severity'>;
  step: string;
}): Failure {
  const { stopping, gate, step } = options;
  return {
    class: 'user',
    message: `The image is stopped: it has ${describeCounts(
      countBySeverity(stopping),
    )} ${
      stopping.length === 1 ? 'vulnerability' : 'vulnerabilities'
    }, and none that is ${
      gate.severity === 'critical' ? 'critical' : `${gate.severity} or worse`
    } is let through here.`,
    step,
    hint: adviceOn(stopping),
    rule: GATE_RULE,
  };
}

/**
 * The same where the scan itself has failed, as most often where its database
 * cannot be fetched: no fault of whoever builds the image.
 *
 * @param told - what is known of the failure of the step
 */
export function unscannedImage(told: Failure): Failure {
  return {
    ...told,
    class: 'infrastructure',
    message: `The image is stopped: it could not be scanned, and none is let through here without. ${told.message}`,
    hint: `It is tried again by itself. If it stays so, tell the portal admin: the log of ${
      told.step ?? 'the scan'
    } has the reason, and imageFactory.checks says where the scan gets its database.`,
  };
}

/** Why a step that hands the image on has not done so. */
export function heldBackReason(
  verdict: 'stopped' | 'failed',
  scanStep: string,
): string {
  return verdict === 'stopped'
    ? `The step ${scanStep} has stopped the image.`
    : `The image could not be scanned in the step ${scanStep}, and none is let through without.`;
}

function adviceOn(
  stopping: Parameters<typeof stoppedImage>[0]['stopping'],
): string {
  const updates = new Map<string, string>();
  for (const { id, package: name, version, fixedVersion } of stopping) {
    const key = `${name} ${version}`;
    if (fixedVersion === undefined || updates.has(key)) continue;
    updates.set(key, `${key} to ${fixedVersion} (${id})`);
  }
  const named = [...updates.values()].slice(0, NAMED_PACKAGES);
  const further = updates.size - named.length;
  const unfixed = stopping.filter(
    ({ fixedVersion }) => fixedVersion === undefined,
  ).length;
  return [
    named.length > 0 &&
      `Update ${named.join(', ')}${
        further > 0
          ? ` and ${further} more ${further === 1 ? 'package' : 'packages'}`
          : ''
      }, in the sources or by a newer base image, and build again.`,
    unfixed > 0 &&
      `${
        unfixed === stopping.length
          ? 'There is no fixed version yet'
          : `For ${unfixed} there is no fixed version yet`
      }: do without the package, choose another base image, or ask a portal admin to let it through (imageFactory.checks.gate).`,
  ]
    .filter(Boolean)
    .join(' ');
}
