import { ExecutorReadiness } from '@image-factory/backstage-plugin-image-factory-common';
import { aCluster, aReadiness } from '../src/__testUtils__/examples';

/** Two clusters: one that is well, and one that lacks something. */
export const SCRIPTED_CLUSTERS = [
  aCluster({
    running: 3,
    methods: [
      { id: 'docker', title: 'Dockerfile', available: true },
      {
        id: 'nix',
        title: 'Nix',
        available: false,
        message:
          'The template nix-build-pipeline needs the step images nix, which are not configured.',
        hint: 'Name them under imageFactory.executors.kubernetes.stepImages, by digest.',
      },
    ],
    tenants: ['group:default/guests', 'group:default/payments'],
    checkedAt: new Date().toISOString(),
  }),
  aCluster({
    id: 'us-1',
    title: 'America',
    health: 'unavailable',
    message: 'The cluster us-1 cannot be used: connect ECONNREFUSED',
    hint: 'A portal admin checks whether the cluster runs, and how the portal reaches it.',
    tools: [],
    checkedAt: new Date().toISOString(),
  }),
];

/** What each of them has and lacks. */
export const SCRIPTED_READINESS: Record<string, ExecutorReadiness> = {
  'eu-1': aReadiness({
    status: 'missing',
    checkedAt: new Date().toISOString(),
    namespaces: [
      {
        tenant: 'group:default/guests',
        namespace: 'image-builds-guests',
        podSecurity: 'baseline',
        status: 'ready',
        findings: [
          {
            check: 'namespace',
            status: 'ready',
            message: 'The namespace image-builds-guests is there.',
          },
        ],
      },
      {
        tenant: 'group:default/payments',
        namespace: 'image-builds-payments',
        podSecurity: 'baseline',
        status: 'missing',
        findings: [
          {
            check: 'service-account',
            status: 'missing',
            message:
              'The ServiceAccount image-builds, which builds run as, does not exist.',
            hint: 'Apply the manifests of a tenant in deploy/kubernetes, or name another one as serviceAccount of the cluster.',
          },
          {
            check: 'quota',
            status: 'warning',
            message: 'The quota is full: pods 50 of 50 (image-builds).',
            hint: 'Builds wait there, or fail after some tries. Wait until others end, remove finished runs, or raise the quota.',
          },
        ],
      },
    ],
  }),
  'us-1': aReadiness({
    status: 'unknown',
    checkedAt: new Date().toISOString(),
    findings: [
      {
        check: 'api',
        status: 'unknown',
        message: 'The cluster us-1 does not answer.',
        hint: 'A portal admin checks whether it runs, and how the portal reaches it. The log of the backend has the reason.',
      },
    ],
    namespaceRule: 'image-builds-{tenant}',
  }),
};
