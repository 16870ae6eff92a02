import { KubernetesObject } from '../../../clusters';
import { Read } from './ClusterReader';
import { Finding, unread } from './Finding';

/** An account that pods run as, as far as it is looked at. */
export type ServiceAccountObject = KubernetesObject & {
  automountServiceAccountToken?: boolean;
  secrets?: { name: string }[];
};

/** Whether the account that builds run as is there, and gives them nothing. */
export function checkServiceAccount(
  name: string,
  account: Read<ServiceAccountObject>,
): Finding {
  const check = 'service-account';
  if ('unread' in account) {
    return account.unread === 'absent'
      ? {
          check,
          status: 'missing',
          blocks: true,
          message: `The ServiceAccount ${name}, which builds run as, does not exist.`,
          hint: 'Apply the manifests of a tenant in deploy/kubernetes, or name another one as serviceAccount of the cluster.',
        }
      : unread(check, account.unread, 'get serviceaccounts there');
  }
  const { automountServiceAccountToken, secrets = [] } = account.value;
  if (automountServiceAccountToken !== false) {
    return {
      check,
      status: 'warning',
      message: `The ServiceAccount ${name} gives its token to pods. Those of builds refuse it, others get it.`,
      hint: 'Set automountServiceAccountToken: false on it.',
    };
  }
  if (secrets.length > 0) {
    return {
      check,
      status: 'warning',
      message: `The ServiceAccount ${name} lists the Secrets ${secrets
        .map(secret => secret.name)
        .join(
          ', ',
        )}, which Tekton may hand to each step, those that run a tenant's commands among them.`,
      hint: 'Take them off it, and name them as gitSecrets, registrySecrets or pullSecret of the cluster.',
    };
  }
  return {
    check,
    status: 'ready',
    message: `The ServiceAccount ${name} is there, and its token is not mounted.`,
  };
}
