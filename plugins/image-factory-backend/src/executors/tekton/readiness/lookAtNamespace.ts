import { ClusterSettings, METRICS_API, objectPath } from '../../../clusters';
import { PodSecurityLevel, RUN_LABELS } from '../../../templates';
import {
  LimitRangeObject,
  QuotaObject,
  checkLimitRange,
  checkQuota,
} from './checkLimits';
import {
  NamespaceObject,
  checkNamespace,
  checkPodSecurity,
  missingNamespace,
} from './checkNamespace';
import {
  checkExcess,
  checkRights,
  hasNoRights,
  readRights,
} from './checkRights';
import { checkSecrets } from './checkSecrets';
import {
  ServiceAccountObject,
  checkServiceAccount,
} from './checkServiceAccount';
import { checkUsage } from './checkUsage';
import { ClusterReader } from './ClusterReader';
import { Finding, unread } from './Finding';

/** What builds need of a namespace, and whether it is there. */
export async function lookAtNamespace(
  reader: ClusterReader,
  place: {
    namespace: string;
    podSecurity: PodSecurityLevel;
    settings: ClusterSettings;
    /** Of this portal. */
    instance: string;
  },
): Promise<Finding[]> {
  const { namespace, podSecurity, settings, instance } = place;
  const { serviceAccount } = settings;
  const [object, account, quotas, ranges, rights] = await Promise.all([
    reader.object<NamespaceObject>(undefined, 'namespaces', namespace),
    reader.object<ServiceAccountObject>(
      namespace,
      'serviceaccounts',
      serviceAccount,
    ),
    reader.list<QuotaObject>(namespace, 'resourcequotas'),
    reader.list<LimitRangeObject>(namespace, 'limitranges'),
    readRights(reader, namespace),
  ]);
  if ('unread' in object) {
    const { unread: why } = object;
    if (why === 'absent') return [missingNamespace(namespace, true)];
    // Roles are bound in the namespace, so where there is none nothing is granted.
    if (why === 'forbidden' && rights && hasNoRights(rights)) {
      return [missingNamespace(namespace, false)];
    }
    if (why === 'silent') return [unread('namespace', why, 'get it')];
  }
  return [
    ...('value' in object
      ? [
          checkNamespace(object.value),
          checkPodSecurity(object.value, podSecurity),
        ]
      : ['namespace', 'pod-security'].map(check =>
          unread(check, 'forbidden', 'get this namespace'),
        )),
    checkServiceAccount(serviceAccount, account),
    checkQuota(quotas),
    checkLimitRange(ranges, quotas, settings.placement.resources),
    checkRights(rights),
    checkExcess(rights),
    checkSecrets(settings),
    // Another server answers than of the rest, and may take its time.
    checkUsage(
      await reader.aside(
        objectPath(METRICS_API, namespace, 'pods'),
        `${RUN_LABELS.instance}=${instance}`,
      ),
    ),
  ];
}
