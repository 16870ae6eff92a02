import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { resolve } from 'node:path';
import { readKubernetes } from './readKubernetes';

const CLUSTER = { name: 'builds', kubeconfig: 'config/builds.kubeconfig' };

function read(config: JsonObject) {
  return readKubernetes(new ConfigReader(config));
}

function readCluster(fields: JsonObject) {
  return read({ clusters: [{ ...CLUSTER, ...fields }] }).clusters[0];
}

describe('readKubernetes', () => {
  it('reads no clusters where none are named', () => {
    expect(readKubernetes(undefined)).toEqual({
      clusters: [],
      instance: 'default',
      stepImages: {},
    });
  });

  it('fills in all that a cluster does not say', () => {
    expect(readCluster({})).toEqual({
      name: 'builds',
      title: 'builds',
      access: {
        type: 'kubeconfig',
        file: resolve('config/builds.kubeconfig'),
        context: undefined,
      },
      maxRunning: 100,
      createsPerSecond: 1,
      namespaces: { byTenant: {}, relaxedByTenant: {}, rule: undefined },
      serviceAccount: 'image-builds',
      gitSecrets: [],
      registrySecrets: [],
      pullSecret: undefined,
      pendingTimeoutSeconds: 1800,
      keepFinishedMs: 3_600_000,
      placement: { nodeSelector: {}, tolerations: [], resources: undefined },
      nativePlatforms: [],
      workspaceVolume: undefined,
      links: [],
    });
  });

  it('takes platforms whose nodes come when they are needed, and the volume of tasks', () => {
    expect(
      readCluster({
        nativePlatforms: ['linux/arm64'],
        workspaceVolume: { size: '10Gi', storageClassName: 'fast' },
      }),
    ).toMatchObject({
      nativePlatforms: ['linux/arm64'],
      workspaceVolume: {
        size: '10Gi',
        storageClassName: 'fast',
        accessModes: ['ReadWriteOnce'],
      },
    });
  });

  it.each([
    [
      { nativePlatforms: ['arm64'] },
      /"arm64", which is no platform.*linux\/arm64/,
    ],
    [{ workspaceVolume: { size: 'big' } }, /"big" is no size.*10Gi/],
    [
      { workspaceVolume: { size: '1Gi', accessModes: ['ReadWriteOncePod'] } },
      /accessModes has "ReadWriteOncePod".*ReadWriteOnce, ReadWriteMany/,
    ],
    [
      { workspaceVolume: { size: '1Gi', accessModes: [] } },
      /accessModes has nothing/,
    ],
  ])('says what is wrong with %j', (settings, message) => {
    expect(() => readCluster(settings)).toThrow(message);
  });

  it('takes labels, which have dots in them, and hosts in whatever case', () => {
    expect(
      readCluster({
        nodeSelector: { 'kubernetes.io/arch': 'amd64' },
        gitSecrets: [{ host: 'Git.Example.com:443', secret: 'git-login' }],
        registrySecrets: [{ host: '[::1]:5000', secret: 'push-login' }],
        pendingTimeout: { minutes: 5 },
        tenants: [{ name: 'group:default/a', namespace: 'builds-a' }],
        namespaceRule: 'builds-{tenant}',
      }),
    ).toMatchObject({
      placement: { nodeSelector: { 'kubernetes.io/arch': 'amd64' } },
      gitSecrets: [{ host: 'git.example.com', secret: 'git-login' }],
      registrySecrets: [{ host: '[::1]:5000', secret: 'push-login' }],
      pendingTimeoutSeconds: 300,
      namespaces: {
        byTenant: { 'group:default/a': 'builds-a' },
        rule: 'builds-{tenant}',
      },
    });
  });

  it.each(['{namespace}-{tenant}', 'a-{tenant}-in-{namespace}-b'])(
    'takes the rule %s, which gives no namespace twice',
    namespaceRule => {
      expect(readCluster({ namespaceRule }).namespaces.rule).toBe(
        namespaceRule,
      );
    },
  );

  it('reaches a cluster by an address and a token, or as the account of its own pod', () => {
    const token = { url: 'https://k8s.example.com', serviceAccountToken: 'x' };
    expect(readCluster({ kubeconfig: undefined, ...token }).access).toEqual({
      type: 'token',
      url: 'https://k8s.example.com',
      token: 'x',
      caData: undefined,
      caFile: undefined,
    });
    expect(
      readCluster({ kubeconfig: undefined, inCluster: true }).access,
    ).toEqual({ type: 'in-cluster' });
  });

  it.each([
    [{ kubeconfig: undefined }, /"builds" needs exactly one of/],
    [{ inCluster: true }, /"builds" needs exactly one of/],
    [{ name: 'Builds' }, /"Builds" may have lower-case letters/],
    [{ name: 'local' }, /"local" has a meaning of its own/],
    [{ maxRunning: 0 }, /maxRunning of "builds" is 0/],
    [{ maxRunning: 2.5 }, /maxRunning of "builds" is 2\.5, .* whole numbers/],
    [{ pendingTimeout: { seconds: 0 } }, /pendingTimeout of "builds" is 0 s/],
    [
      { pendingTimeout: { milliseconds: 1500 } },
      /pendingTimeout of "builds" is 1\.5 s, .* whole number of seconds/,
    ],
    [{ createsPerSecond: -1 }, /createsPerSecond of "builds" is -1/],
    [{ nodeSelector: ['amd64'] }, /nodeSelector has to be a map/],
    [{ namespaceRule: 'builds' }, /"builds" several tenants would share/],
    [{ namespaceRule: 'builds-{namespace}' }, /Write it with \{tenant\}/],
    [{ namespaceRule: '{namespace}{tenant}' }, /a "-" between them/],
    [{ namespaceRule: '{tenant}-{tenant}' }, /several tenants would share/],
    [
      { gitSecrets: [{ host: 'https://git.example.com/', secret: 'a' }] },
      /"https:\/\/git\.example\.com\/" in gitSecrets is not a host\. Write it without a scheme/,
    ],
    [
      { registrySecrets: [{ host: 'r.example.com/team', secret: 'a' }] },
      /in registrySecrets is not a host/,
    ],
  ])('refuses %p and says what to write instead', (fields, message) => {
    expect(() => readCluster(fields as JsonObject)).toThrow(message);
  });

  it('refuses two clusters of one name', () => {
    expect(() => read({ clusters: [CLUSTER, CLUSTER] })).toThrow(
      /names "builds" twice/,
    );
  });

  it('refuses an instance that can be no label', () => {
    expect(() => read({ instance: 'my portal' })).toThrow(
      /instance "my portal" may have/,
    );
  });
});
