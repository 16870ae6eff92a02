import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { DISPATCHER } from '../cluster/access/dispatcher';
import { Kubectl } from '../cluster/access/Kubectl';
import { Cluster } from '../cluster/Cluster';
import { TENANT, prepareTenant } from './support/tenant';

/** What an operator applies for the account of the portal. */
const MANIFESTS = join(__dirname, '../../deploy/kubernetes/dispatcher');
const TEKTON = 'tekton-pipelines';

type Rule = {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
};

test.describe('What the accounts may do on the cluster', () => {
  let cluster: Cluster;
  let tenant: string;

  test.beforeAll(async () => {
    cluster = await Cluster.open();
    tenant = await prepareTenant(cluster);
  });

  test('gives the account of the portal in each namespace what deploy/kubernetes grants there, and no more', async () => {
    const { dispatcherKubectl } = cluster;
    const roles = await readRoles(cluster.kubectl);
    const ruleOf = (role: string) =>
      roles.find(({ metadata }) => metadata.name === role)!.rules!;
    const everywhere = ruleOf('image-factory-nodes');
    const expected: Record<string, Rule[]> = {
      [tenant]: [...everywhere, ...ruleOf('image-factory-tenant')],
      [TEKTON]: [...everywhere, ...ruleOf('image-factory-tekton-settings')],
      [DISPATCHER.namespace]: everywhere,
      default: everywhere,
      'kube-system': everywhere,
    };
    for (const [namespace, rules] of Object.entries(expected)) {
      expect(
        grantsOf(await rulesIn(dispatcherKubectl, namespace)),
        namespace,
      ).toEqual(grantsOf(rules));
    }
  });

  test('lets neither the portal nor a build read a Secret, or get more rights than it has', async () => {
    const { dispatcherKubectl, kubectl } = cluster;
    const forbidden = [
      ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'].map(
        verb => [verb, 'secrets'],
      ),
      ['create', 'serviceaccounts/token'],
      ['create', 'pods'],
      ['create', 'pods/exec'],
      ['create', 'pods/attach'],
      ['create', 'pods/ephemeralcontainers'],
      ['create', 'taskruns.tekton.dev'],
      ['create', 'rolebindings.rbac.authorization.k8s.io'],
      ['bind', 'clusterroles.rbac.authorization.k8s.io'],
      ['escalate', 'clusterroles.rbac.authorization.k8s.io'],
      ['impersonate', 'serviceaccounts'],
      ['impersonate', 'users'],
      ['get', 'nodes/proxy'],
      ['patch', 'namespaces'],
    ];
    const build = `--as=system:serviceaccount:${tenant}:image-builds`;
    for (const namespace of [tenant, DISPATCHER.namespace, 'kube-system']) {
      for (const [verb, resource] of forbidden) {
        const asked = ['auth', 'can-i', verb, resource];
        const where = `--namespace=${namespace}`;
        const answers = await Promise.all([
          dispatcherKubectl.try([...asked, where]),
          kubectl.try([...asked, where, build]),
        ]);
        expect(
          answers.map(({ stdout }) => stdout.trim()),
          `${verb} ${resource} in ${namespace}`,
        ).toEqual(['no', 'no']);
      }
    }
  });

  test('refuses the Secrets of a tenant to the account of the portal when it asks for them', async () => {
    expect(cluster.description.namespaces.tenants[TENANT]).toBe(tenant);
    const { code, stderr } = await cluster.dispatcherKubectl.try([
      'get',
      'secrets',
      `--namespace=${tenant}`,
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/Forbidden.*cannot list resource "secrets"/s);
  });
});

type Role = { kind: string; metadata: { name: string }; rules?: Rule[] };

/** The roles that an operator applies. */
async function readRoles(kubectl: Kubectl): Promise<Role[]> {
  const text = await kubectl.run(
    ['create', '--dry-run=client', '--output=json', '--filename=-'],
    { input: await kubectl.run(['kustomize', MANIFESTS]) },
  );
  // One document after the other.
  return text
    .split(/(?<=^\})\n(?=\{)/m)
    .map(document => JSON.parse(document) as Role)
    .filter(({ kind }) => /Role$/.test(kind));
}

/** What an account may do somewhere, by its own question, beside what every account may. */
async function rulesIn(kubectl: Kubectl, namespace: string): Promise<Rule[]> {
  const review = await kubectl.run(
    ['create', '--validate=false', '--filename=-', '--output=json'],
    {
      input: JSON.stringify({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace },
      }),
    },
  );
  const { status } = JSON.parse(review) as {
    status: { incomplete: boolean; resourceRules: Rule[] };
  };
  expect(status.incomplete).toBe(false);
  return status.resourceRules.filter(
    ({ apiGroups }) =>
      !apiGroups.some(group =>
        ['authorization.k8s.io', 'authentication.k8s.io'].includes(group),
      ),
  );
}

/** One line for each verb on each resource, so that it does not matter how they stand together. */
function grantsOf(rules: Rule[]): string[] {
  const grants = rules.flatMap(rule =>
    rule.apiGroups.flatMap(group =>
      rule.resources.flatMap(resource =>
        (rule.resourceNames ?? ['*']).flatMap(name =>
          rule.verbs.map(verb => `${verb} ${group}/${resource}/${name}`),
        ),
      ),
    ),
  );
  return [...new Set(grants)].sort();
}
