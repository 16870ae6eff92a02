import { ClusterSettings } from '../../../clusters';
import { Finding } from './Finding';

/** Which logins builds need there. The portal may look at none of them. */
export function checkSecrets({
  gitSecrets,
  registrySecrets,
  pullSecret,
}: Pick<
  ClusterSettings,
  'gitSecrets' | 'registrySecrets' | 'pullSecret'
>): Finding {
  const check = 'secrets';
  const names = new Set([
    ...[...gitSecrets, ...registrySecrets].map(({ secret }) => secret),
    ...(pullSecret === undefined ? [] : [pullSecret]),
  ]);
  return names.size === 0
    ? {
        check,
        status: 'ready',
        message: 'No Secrets are configured, so builds log in nowhere.',
      }
    : {
        check,
        status: 'unknown',
        isExpected: true,
        message: `The portal may not look at Secrets, so it cannot tell whether these are there: ${[
          ...names,
        ].join(', ')}.`,
        hint: 'A build that needs one that is missing does not start, and its pod has an event that names it.',
      };
}
