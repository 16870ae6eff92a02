import { ExecutorReadiness } from '@image-factory/backstage-plugin-image-factory-common';
import { BlockedTenant } from '@image-factory/backstage-plugin-image-factory-node';
import { PodSecurityLevel } from '../../../templates';
import { Finding, statusOf, toReadinessFinding, worstOf } from './Finding';

/** A namespace that builds of a tenant run in. */
export type Place = {
  tenant: string;
  namespace: string;
  podSecurity: PodSecurityLevel;
};

/** What keeps builds of some, or all, from running, as far as that is known. */
export type Obstacles = {
  /** All of them. */
  cluster?: { message: string; hint: string };
  tenants: BlockedTenant[];
};

/** What was found in one of them. */
export type Looked = { place: Place; findings: Finding[] };

/** As the API tells it. */
export function toReadiness(
  ofCluster: Finding[],
  ofPlaces: Looked[],
  { checkedAt, rule }: { checkedAt: string; rule: string | undefined },
): ExecutorReadiness {
  const namespaces = ofPlaces.map(({ place, findings }) => ({
    ...place,
    status: statusOf(findings),
    findings: findings.map(toReadinessFinding),
  }));
  return {
    status: worstOf([
      statusOf(ofCluster),
      ...namespaces.map(({ status }) => status),
    ]),
    checkedAt,
    findings: ofCluster.map(toReadinessFinding),
    namespaces,
    namespaceRule: rule,
  };
}

/** What of it keeps builds from running; a method that runs in no such namespace is not held back. */
export function toObstacles(
  cluster: string,
  ofCluster: Finding[],
  ofPlaces: Looked[],
  methods: Record<PodSecurityLevel, string[]>,
): Obstacles {
  const first = (findings: Finding[]) => findings.find(({ blocks }) => blocks);
  const ofAll = first(ofCluster);
  return {
    cluster: ofAll && {
      message: `The cluster ${cluster} is not ready for builds. ${ofAll.message}`,
      hint: `For a portal admin: ${ofAll.hint}`,
    },
    tenants: ofPlaces.flatMap(({ place, findings }) => {
      const obstacle = first(findings);
      const held = methods[place.podSecurity];
      if (!obstacle || held.length === 0) return [];
      return {
        tenant: place.tenant,
        methods: held,
        message: `The cluster ${cluster} is not ready for builds of ${place.tenant}. ${obstacle.message}`,
        hint: `For a portal admin: ${obstacle.hint}`,
      };
    }),
  };
}
