import { JsonObject } from '@backstage/types';

/** A body that asks for more than a build, or for what would be more than a value. */
export type RefusedRequest = {
  /** Beside the `entityRef`, or instead of it. */
  body: JsonObject;
  /** 400 unless told otherwise. */
  status?: number;
  /** What the answer has to say. */
  says: RegExp;
};

const EXPANDED = /contains "\$\(", which pipelines would expand/;
const UNPRINTABLE = /contains the control character U\+[0-9A-F]{4}/;

/** What no text of a user may hold. */
const FORBIDDEN: [string, RegExp][] = [
  ['$(params.repository)', EXPANDED],
  ["$(params['registry-credentials'])", EXPANDED],
  ['$(tasks.build.results.IMAGE_DIGEST)', EXPANDED],
  ['$(context.pipelineRun.namespace)', EXPANDED],
  ['$(workspaces.registry-credentials.path)', EXPANDED],
  ['$(steps.push-image.results.IMAGE_URL)', EXPANDED],
  ['$(PATH)', EXPANDED],
  ['$$(KUBERNETES_SERVICE_HOST)', EXPANDED],
  ['$(', EXPANDED],
  ['a\nRUN id', UNPRINTABLE],
  ['a\r\n- name: evil\r\n  image: evil', UNPRINTABLE],
  ['a\u0000b', UNPRINTABLE],
  ['\u001b]0;evil\u0007', UNPRINTABLE],
  ['a\u0085b', UNPRINTABLE],
  ['\u202eevil', UNPRINTABLE],
  ['\ud800', UNPRINTABLE],
];

/** Every place of the parameters that takes text. */
const PLACES: ((text: string) => JsonObject)[] = [
  text => ({ 'build-args': { A: text } }),
  text => ({ 'build-args': { [text]: 'a' } }),
  text => ({ labels: { a: text } }),
  text => ({ labels: { [text]: 'a' } }),
  text => ({ target: text }),
  text => ({ 'dockerfile-path': text }),
  text => ({ 'context-path': text }),
];

/** Each text in one place, and some in each place. */
const forbiddenTexts = FORBIDDEN.flatMap(([text, says], index) =>
  PLACES.filter((_, place) => place === 0 || index % 5 === 0).map(place => ({
    body: parameters(place(text)),
    says,
  })),
);

const OUTSIDE = /lies? outside|absolute path|is not in the source/;

const paths: RefusedRequest[] = [
  '..',
  '../../../etc',
  'a/../../..',
  '/',
  '/proc/1/root',
  '/workspace/registry-credentials',
  '/var/run/secrets/kubernetes.io/serviceaccount',
].flatMap(path => [
  { body: parameters({ 'context-path': path }), says: OUTSIDE },
  { body: parameters({ 'dockerfile-path': path }), says: OUTSIDE },
]);

const options: RefusedRequest[] = [
  ...['--target=x', '-v=/:/host', 'a b', 'a;id', 'a,b'].map(target => ({
    body: parameters({ target }),
    says: /"target" has a form that is not allowed/,
  })),
  ...['--build-arg', 'A=B', 'A B', '$HOME', '*a', '1A', ''].map(name => ({
    body: parameters({ 'build-args': { [name]: 'x' } }),
    says: /The name ".*" in "build-args" has a form that is not allowed/,
  })),
  ...['--label', 'a=b', 'a b', '&a', '!!str', '../a', ''].map(name => ({
    body: parameters({ labels: { [name]: 'x' } }),
    says: /The name ".*" in "labels" has a form that is not allowed/,
  })),
];

const sizes: RefusedRequest[] = [
  {
    body: parameters({ labels: { a: 'a'.repeat(4097) } }),
    says: /is 4097 characters long; at most 4096 are allowed/,
  },
  {
    body: parameters({ target: 'a'.repeat(129) }),
    says: /is 129 characters long; at most 128 are allowed/,
  },
  {
    body: parameters({ 'build-args': manyArguments(101, 'a') }),
    says: /has 101 entries; at most 100 are allowed/,
  },
  {
    body: parameters({ 'build-args': manyArguments(20, 'a'.repeat(4000)) }),
    says: /larger than 64 KiB altogether/,
  },
  {
    body: parameters({ 'build-args': { A: 'a'.repeat(300_000) } }),
    says: /larger than the 256 KiB that are read/,
  },
  {
    body: parameters(nested(20)),
    says: /is nested deeper than 16 levels/,
  },
];

const unknownParameters: RefusedRequest[] = [
  { serviceAccountName: 'default' },
  { podTemplate: { hostNetwork: true, automountServiceAccountToken: true } },
  { volumes: [{ name: 'host', hostPath: { path: '/' } }] },
  { securityContext: { privileged: true } },
  { workspaces: [{ name: 'source', secret: { secretName: 'victim' } }] },
  { 'registry-insecure': 'true' },
  { 'image-name': 'registry.example.com/payments/app' },
  { revision: 'main' },
  { script: '#!/bin/sh\nid'.replace('\n', ' ') },
  { constructor: { prototype: { privileged: true } } },
  JSON.parse('{"__proto__": {"target": "x"}}'),
].map(unknown => ({
  body: parameters(unknown),
  says: /is not a parameter of build method docker/,
}));

const unknownFields: RefusedRequest[] = [
  { namespace: 'kube-system' },
  { tenant: 'group:default/payments' },
  { serviceAccountName: 'default' },
  { secrets: { registry: 'victim' } },
  { podTemplate: { hostPID: true } },
  { pipelineRun: { spec: {} } },
  { pipelineSpec: { tasks: [] } },
  { taskRunTemplate: { serviceAccountName: 'default' } },
  { template: { id: 'mine', yaml: 'kind: Pipeline' } },
  { volumes: [{ hostPath: { path: '/' } }] },
  { config: { tenant: 'group:default/payments' } },
  { 'metadata.namespace': 'kube-system' },
  { constructor: {} },
  JSON.parse('{"__proto__": {"tenant": "group:default/payments"}}'),
].map(body => ({ body, says: /A build request has no field/ }));

const wrongTypes: RefusedRequest[] = [
  { parameters: [] },
  { parameters: 'target: x' },
  { parameters: null },
  { image: { host: 'registry.example.com' } },
  { tags: 'latest' },
  { tags: [['latest']] },
  { timeoutSeconds: '60; id' },
  { start: 'no' },
  { entityRef: ['component:default/plain'] },
  { infrastructure: null },
].map(body => ({
  body,
  says: /in the request's body .* Correct it and send it again/s,
}));

const names: RefusedRequest[] = [
  ...['docker; id', '../kaniko', '$(params.method)', '__proto__'].map(
    method => ({ body: { method }, says: /There is no build method/ }),
  ),
  ...[
    'kube-system',
    'cluster-1/../kube-system',
    'cluster-1\nnamespace: kube-system',
    '$(context.pipelineRun.namespace)',
    'constructor',
  ].map(infrastructure => ({
    body: { infrastructure },
    says: /There is no executor/,
  })),
  ...['../default', '$(params.image)', 'default\n', '__proto__'].map(
    imageName => ({ body: { imageName }, says: /declares no image/ }),
  ),
  ...['-rf', 'a b', 'a\nb', '$(id) x', '.', 'a/../b', '--', '\u2028'].map(
    tag => ({ body: { tags: [tag] }, says: /is not a tag/ }),
  ),
];

const references: RefusedRequest[] = [
  '--upload-pack=touch /tmp/evil',
  '-c core.sshCommand=id',
  'main\n--exec=id',
  'main evil',
  'a..b',
  'main:evil',
  '../../payments',
  'refs/pull/1/head',
  'refs/../../config',
  'HEAD^{/evil}',
  'main@{upstream}',
  'a\u0000b',
  '\u202eniam',
  '~root',
  '*',
].map(ref => ({ body: { ref }, says: /cannot be a branch or tag/ }));

const entityReferences: RefusedRequest[] = [
  ...[':x', 'component:', '..:../entities', 'a:../b', 'default/..', 'a\u0000b'],
].map(entityRef => ({
  body: { entityRef },
  says: /is not an entity reference. Write it as/,
}));

const unknownEntities: RefusedRequest[] = [
  'component:default/$(params.x)',
  'component:default/plain/../../../locations',
  'component:default/plain?fields=spec',
  'component:default/plain#',
  'component:default/%2e%2e%2flocations',
  "component:default/x' or '1'='1",
  'component:payments/plain',
].map(entityRef => ({
  body: { entityRef },
  status: 404,
  says: /The catalog has no entity .* that you may see/,
}));

/** Requests by what they try. All are answered with a sentence, and nothing is stored or created. */
export const REFUSED: Record<string, RefusedRequest[]> = {
  'variables and control characters in every parameter': forbiddenTexts,
  'paths that lead out of the source': paths,
  'names and targets that read like options or YAML': options,
  'more than a cluster can take': sizes,
  'parameters that would change the pod': unknownParameters,
  'fields that would change whose build it is, or what runs': unknownFields,
  'values of other types': wrongTypes,
  'methods, executors, images and tags that there are not': names,
  'references that git would read as more than names': references,
  'entity references that lead elsewhere': entityReferences,
  'entities that there are not': unknownEntities,
};

function parameters(values: JsonObject): JsonObject {
  return { parameters: values };
}

function manyArguments(count: number, value: string): JsonObject {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`A${index}`, value]),
  );
}

function nested(levels: number): JsonObject {
  return levels === 0 ? { a: 'a' } : { a: nested(levels - 1) };
}
