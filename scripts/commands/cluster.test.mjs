import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
require('@backstage/cli-node/config/nodeTransform.cjs');
const { parseArguments } = require('../../e2e/cluster/parseArguments.ts');
const {
  renderContainerdConfig,
} = require('../../e2e/cluster/local/containerdConfig.ts');
const { rulesOfNetwork } = require('../../e2e/cluster/local/network.ts');
const {
  withoutKubernetes,
} = require('../../e2e/cluster/local/kubernetesRules.ts');
const { mountPointsBelow } = require('../../e2e/cluster/machine/mounts.ts');
const { findVersion } = require('../../e2e/cluster/programs/programSets.ts');
const {
  releaseManifest,
} = require('../../e2e/cluster/tekton/tektonManifests.ts');

test('an option that the cluster does not know is refused, with those that it knows', () => {
  assert.throws(
    () => parseArguments(['up', '--nodes', '3']),
    /There is no option '--nodes'\.\nNext step: use .*--kwok <nodes>/,
  );
});

test('a value may stand behind the option or in it', () => {
  assert.equal(parseArguments(['up', '--kwok', '20']).kwokNodes, 20);
  assert.equal(parseArguments(['up', '--kwok=20']).kwokNodes, 20);
});

test('the version of a program is the one that its go.mod requires, not one that it replaces', () => {
  const text = `module cluster

require k8s.io/kubernetes v1.2.3

require (
	k8s.io/api v0.2.3 // indirect
)

replace k8s.io/api => k8s.io/api v0.9.9
`;
  assert.equal(findVersion(text, 'k8s.io/kubernetes'), 'v1.2.3');
  assert.equal(findVersion(text, 'k8s.io/api'), 'v0.2.3');
  assert.throws(() => findVersion(text, 'k8s.io/client-go'), /requires no/);
});

test("Tekton's manifests name the cluster's images and the version of the release", () => {
  const manifest = `
    app.kubernetes.io/version: "devel"
    image: ko://github.com/tektoncd/pipeline/cmd/controller
    args: ["-nop-image", "ko://github.com/tektoncd/pipeline/cmd/nop",
      "-shell-image", "example.com/busybox@sha256:1",
      "-shell-image-win", "example.com/shell@sha256:2"]`;
  const images = {
    programs: { controller: 'here/controller@sha256:3', nop: 'here/nop' },
    shell: 'here/busybox@sha256:4',
  };
  assert.equal(
    releaseManifest(manifest, images, 'v9.8.7'),
    `
    app.kubernetes.io/version: "v9.8.7"
    image: here/controller@sha256:3
    args: ["-nop-image", "here/nop",
      "-shell-image", "here/busybox@sha256:4",
      "-shell-image-win", "here/busybox@sha256:4"]`,
  );
});

test('a quote in a password cannot end the string that it stands in', () => {
  const config = renderContainerdConfig({
    socket: '/c/containerd.sock',
    root: '/c/root',
    state: '/c/run',
    pluginFolder: '/c/cni',
    pauseImage: 'registry:1/pause',
    registry: {
      host: '10.0.0.1:5000',
      caFile: '/c/ca.crt',
      username: 'nodes',
      password: 'a"b\\c',
    },
  });
  assert.match(config, /^password = "a\\"b\\\\c"$/m);
});

test('only the rules of its own network are found, each whole', () => {
  const saved = [
    ':CNI-11 - [0:0]',
    '-A POSTROUTING -s 10.244.0.7/32 -m comment --comment "name: \\"imgfac0\\" id: \\"aa\\"" -j CNI-11',
    '-A POSTROUTING -s 10.9.0.7/32 -m comment --comment "name: \\"other\\" id: \\"bb\\"" -j CNI-22',
    '-A CNI-11 -d 10.244.0.0/24 -m comment --comment "name: \\"imgfac0\\" id: \\"aa\\"" -j ACCEPT',
  ].join('\n');
  assert.deepEqual(rulesOfNetwork(saved, 'imgfac0'), [
    {
      chain: 'CNI-11',
      rule: [
        ...['POSTROUTING', '-s', '10.244.0.7/32', '-m', 'comment'],
        ...['--comment', 'name: "imgfac0" id: "aa"', '-j', 'CNI-11'],
      ],
    },
  ]);
});

test('the rules of others stay where those of Kubernetes go', () => {
  const saved = [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':KUBE-SERVICES - [0:0]',
    ':DOCKER - [0:0]',
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A PREROUTING -j DOCKER',
    '-A KUBE-SERVICES -d 10.96.0.1/32 -j KUBE-SVC-X',
    'COMMIT',
    '',
  ].join('\n');
  assert.equal(
    withoutKubernetes(saved),
    [
      '*nat',
      ':PREROUTING ACCEPT [0:0]',
      ':DOCKER - [0:0]',
      '-A PREROUTING -j DOCKER',
      'COMMIT',
      '',
    ].join('\n'),
  );
  assert.equal(withoutKubernetes('*nat\nCOMMIT\n'), undefined);
});

test('mounts are found below the folder alone, the innermost first', () => {
  const mounts = [
    'proc /proc proc rw 0 0',
    'overlay /c/node-a/rootfs overlay rw 0 0',
    'tmpfs /c/node-a/rootfs/a\\040b tmpfs rw 0 0',
    'tmpfs /c-other/x tmpfs rw 0 0',
  ].join('\n');
  assert.deepEqual(mountPointsBelow(mounts, '/c'), [
    '/c/node-a/rootfs/a b',
    '/c/node-a/rootfs',
  ]);
});
