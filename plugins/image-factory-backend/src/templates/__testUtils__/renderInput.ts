import { BuildConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { dockerMethod } from '../../methods';
import { RenderInput } from '../render';
import { dockerTemplate } from './dockerTemplate';

const DIGEST = `sha256:${'1'.repeat(64)}`;

/** What the portal would say of a build of the method docker. */
export function renderInput(overrides: Partial<RenderInput> = {}): RenderInput {
  return {
    template: dockerTemplate(),
    run: {
      name: 'docker-7c1f3f2e3b0a4a0c9a3c5a8f1f6f2b11-1',
      namespace: 'team-a',
      instance: 'portal',
      buildId: '7c1f3f2e-3b0a-4a0c-9a3c-5a8f1f6f2b11',
      executionId: '9d0f6a54-50c8-4d5e-8f5e-0c6a2f0f7b77',
      attempt: 1,
      number: 12,
    },
    build: {
      entityRef: 'component:default/hello-site',
      requester: 'user:default/guest',
      tenant: 'group:default/team-a',
      method: 'docker',
      imageName: 'default',
    },
    parameters: parametersOf({}),
    source: {
      repository: 'https://git.example.com/team-a/hello-site',
      commit: 'a'.repeat(40),
      ref: 'main',
      path: '',
    },
    image: {
      repository: 'registry.example.com/team-a/hello-site',
      tags: ['12'],
      reference: 'registry.example.com/team-a/hello-site:12',
    },
    platforms: [],
    stepImages: {
      git: `registry.example.com/tools/git@${DIGEST}`,
      buildah: `registry.example.com/tools/buildah@${DIGEST}`,
      buildkit: `registry.example.com/tools/buildkit@${DIGEST}`,
      kaniko: `registry.example.com/tools/kaniko@${DIGEST}`,
      syft: `registry.example.com/tools/syft@${DIGEST}`,
      trivy: `registry.example.com/tools/trivy@${DIGEST}`,
    },
    serviceAccountName: 'image-factory-build',
    secrets: {},
    timeouts: { buildSeconds: 3600, pendingSeconds: 900 },
    placement: {},
    cluster: { tektonVersion: 'v1.15.0' },
    ...overrides,
  };
}

/** What a method, docker unless told otherwise, gives its templates of a build with such parameters. */
export function parametersOf(
  parameters: BuildConfig['parameters'],
  method = dockerMethod,
): RenderInput['parameters'] {
  const give = method.pipelineParameters;
  if (!give) throw new Error(`The method ${method.id} gives no parameters`);
  return give({
    entityRef: 'component:default/hello-site',
    imageName: 'default',
    tenant: 'group:default/team-a',
    method: method.id,
    infrastructure: 'tekton',
    source: {
      type: 'git',
      repository: 'https://git.example.com/team-a/hello-site',
      ref: 'main',
      commit: 'a'.repeat(40),
      path: '',
      credentials: 'host',
    },
    image: {
      reference: 'registry.example.com/team-a/hello-site:12',
      tags: [],
      delivery: 'push',
    },
    parameters: {
      'dockerfile-path': 'Dockerfile',
      'context-path': '.',
      'build-args': {},
      labels: {},
      ...parameters,
    },
    platforms: [],
    timeoutSeconds: 3600,
  });
}
