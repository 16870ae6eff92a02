import { Checks, CheckSettings } from './CheckSettings';

/** Those without which no image is made. */
export function demandedChecks({ sbom, scan, gate }: CheckSettings): Checks {
  return {
    sbom: sbom === 'always',
    scan: scan === 'always' || gate !== undefined,
  };
}

/**
 * Those that are done where some can be. One that is demanded is wanted also
 * where it cannot be: then there is to be no image.
 */
export function wantedChecks(settings: CheckSettings, can: Checks): Checks {
  const demanded = demandedChecks(settings);
  return {
    sbom: demanded.sbom || (settings.sbom === 'auto' && can.sbom),
    scan: demanded.scan || (settings.scan === 'auto' && can.scan),
  };
}

/** What demands a check, as the operator has written it. */
export function demandOf(check: keyof Checks, { gate }: CheckSettings): string {
  return check === 'scan' && gate
    ? 'imageFactory.checks.gate'
    : `imageFactory.checks.${check}`;
}
