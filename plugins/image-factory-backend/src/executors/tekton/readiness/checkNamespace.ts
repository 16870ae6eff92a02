import { KubernetesObject } from '../../../clusters';
import { PodSecurityLevel } from '../../../templates';
import { Finding } from './Finding';

/** A namespace, as far as it is looked at. */
export type NamespaceObject = KubernetesObject & {
  status?: { phase?: string };
};

const ENFORCE = 'pod-security.kubernetes.io/enforce';
/** What lets least through comes last. */
const LEVELS = ['privileged', 'baseline', 'restricted'];

/** That there is no namespace; to whoever may do nothing in one, the API server does not say which of the two it is. */
export function missingNamespace(namespace: string, isCertain: boolean) {
  return {
    check: 'namespace',
    status: 'missing',
    blocks: true,
    message: isCertain
      ? `The namespace ${namespace} does not exist.`
      : `The namespace ${namespace} does not exist, or the portal may do nothing there.`,
    hint: 'Apply the manifests of a tenant in deploy/kubernetes, with this name.',
  } satisfies Finding;
}

/** Whether builds can be created there at all. */
export function checkNamespace({ metadata, status }: NamespaceObject): Finding {
  const check = 'namespace';
  const { name } = metadata;
  return status?.phase === 'Terminating' || metadata.deletionTimestamp
    ? {
        check,
        status: 'missing',
        blocks: true,
        message: `The namespace ${name} is being deleted.`,
        hint: 'Once it is gone, apply the manifests of a tenant in deploy/kubernetes, with this name.',
      }
    : { check, status: 'ready', message: `The namespace ${name} is there.` };
}

/** Whether Pod Security lets the pods of builds in, and no more than them. */
export function checkPodSecurity(
  { metadata }: NamespaceObject,
  needed: PodSecurityLevel,
): Finding {
  const check = 'pod-security';
  const enforced = metadata.labels?.[ENFORCE];
  const label = `kubectl label namespace ${metadata.name} --overwrite ${ENFORCE}=${needed}`;
  if (enforced === undefined) {
    return {
      check,
      // What needs no protection by it may still be refused by the cluster's default.
      status: needed === 'privileged' ? 'warning' : 'missing',
      message: `No Pod Security level is enforced there: the label ${ENFORCE} is missing, so the default of the cluster holds, which may be any.`,
      hint: `Enforce ${needed}: ${label}`,
    };
  }
  const [has, needs] = [LEVELS.indexOf(enforced), LEVELS.indexOf(needed)];
  if (has > needs) {
    return {
      check,
      status: 'missing',
      blocks: true,
      message: `The Pod Security level ${enforced} is enforced there, which refuses the pods of builds that need ${needed}.`,
      hint: `Enforce ${needed}: ${label}`,
    };
  }
  if (has < needs) {
    return {
      check,
      status: 'warning',
      message: `The Pod Security level ${enforced} is enforced there, which lets in more than the ${needed} that builds need.`,
      hint: `Enforce ${needed}: ${label}`,
    };
  }
  return {
    check,
    status: 'ready',
    message: `The Pod Security level ${enforced} is enforced.`,
  };
}
