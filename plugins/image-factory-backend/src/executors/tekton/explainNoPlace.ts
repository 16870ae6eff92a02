import { NoPlace } from '@image-factory/backstage-plugin-image-factory-node';
import { ClusterSettings } from '../../clusters';
import { PodSecurityLevel } from '../../templates';
import { tenantNamespace } from './tenantNamespace';

type Asked = {
  tenant: string;
  /** The id of a build method. */
  method: string;
  /** What the pods of the method need. */
  podSecurity: PodSecurityLevel | undefined;
  settings: Pick<ClusterSettings, 'name' | 'namespaces'>;
};

/** Why builds of a tenant by a method have no place on a cluster; undefined where they have one. */
export function explainNoPlace(asked: Asked): NoPlace | undefined {
  const { tenant, podSecurity, settings } = asked;
  const namespace = tenantNamespace(tenant, settings.namespaces, podSecurity);
  return namespace === undefined ? noPlace(asked) : undefined;
}

/** In words that builds have no place on a cluster. */
export function noPlace(asked: Asked): NoPlace {
  const { tenant, method, podSecurity, settings } = asked;
  const isKnown = tenantNamespace(tenant, settings.namespaces) !== undefined;
  if (podSecurity === 'privileged' && isKnown) {
    return {
      message: `The method ${method} needs more than the Pod Security level baseline, and the cluster ${settings.name} has no namespace for that of ${tenant}.`,
      hint: 'Build with the method docker, or let a portal admin name a relaxedNamespace of the tenant under imageFactory.executors.kubernetes.clusters.',
    };
  }
  return {
    message: `The cluster ${settings.name} has no namespace for ${tenant}${
      settings.namespaces.rule === undefined
        ? ''
        : ', nor does its rule give one'
    }.`,
    hint: 'A portal admin names one of the tenant under imageFactory.executors.kubernetes.clusters.',
  };
}
