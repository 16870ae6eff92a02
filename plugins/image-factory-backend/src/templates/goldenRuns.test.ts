import { JsonObject } from '@backstage/types';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { buildxMethod, kanikoMethod } from '../methods';
import {
  bundledTemplate,
  tasksTemplate,
} from './__testUtils__/bundledTemplate';
import { parametersOf, renderInput } from './__testUtils__/renderInput';
import { RenderInput, renderPipelineRun } from './render';

/**
 * The runs as they are created, for a reader and for every change to show.
 * `UPDATE_GOLDEN_RUNS=1` with this test writes them anew; `prettier --write`
 * over them then keeps what changed easy to read.
 */
const RUNS: Record<string, Partial<RenderInput>> = {
  'docker-plain': {},
  'docker-with-secrets': {
    secrets: { git: 'git-example-com', registry: 'registry-example-com' },
    source: {
      repository: 'https://git.example.com/team-a/monorepo',
      commit: 'b'.repeat(64),
      ref: 'release/1.x',
      path: 'services/hello',
    },
    parameters: parametersOf({
      'context-path': 'app',
      target: 'release',
      'build-args': { VERSION: '1.0 "x"', EMPTY: '' },
      labels: { 'org.opencontainers.image.title': 'It’s $HOME; rm -rf /' },
    }),
  },
  'docker-placed': {
    platforms: ['linux/amd64', 'linux/arm64'],
    image: {
      repository: 'registry.internal:5000/team-a/hello-site',
      tags: ['12', 'latest'],
      reference: 'registry.internal:5000/team-a/hello-site:12',
      insecure: true,
    },
    placement: {
      nodeSelector: { 'build-type': 'docker' },
      tolerations: [
        { key: 'builds', operator: 'Exists', effect: 'NoSchedule' },
      ],
      avoidNodes: ['node-b', 'node-a'],
    },
    resources: {
      requests: { cpu: '2', memory: '4Gi' },
      limits: { memory: '8Gi' },
    },
  },
  'docker-checked': {
    secrets: { registry: 'registry-example-com', pull: 'base-images' },
    checks: {
      sbom: true,
      scan: true,
      gate: {
        severity: 'high',
        ignoreUnfixed: true,
        ignore: ['CVE-2024-0001', 'CVE-2024-0002'],
      },
      database: 'registry.example.com/mirror/trivy-db:2',
    },
  },
  'docker-cached': {
    secrets: { pull: 'base-images' },
    parameters: parametersOf({ 'no-cache': true }),
    cache: {
      repository:
        'registry.example.com/cache/team-a/component.default.hello-site',
    },
  },
  'buildx-plain': inputOf(buildxMethod, {}),
  'buildx-with-secrets': {
    ...inputOf(buildxMethod, {
      'context-path': 'app',
      target: 'release',
      'build-args': { VERSION: '1.0 "x"', EMPTY: '' },
      labels: { 'org.opencontainers.image.title': 'It’s $HOME; rm -rf /' },
      platforms: ['linux/amd64', 'linux/arm64'],
    }),
    secrets: {
      git: 'git-example-com',
      registry: 'registry-example-com',
      pull: 'base-images',
    },
    resources: { requests: { cpu: '2', memory: '4Gi' } },
  },
  'buildx-native': {
    ...inputOf(buildxMethod, { platforms: ['linux/amd64', 'linux/arm/v7'] }),
    nativePlatforms: ['linux/amd64', 'linux/arm/v7'],
    secrets: { registry: 'registry-example-com' },
    checks: {
      sbom: true,
      scan: true,
      gate: { severity: 'high', ignoreUnfixed: false, ignore: [] },
    },
    placement: {
      nodeSelector: { 'build-type': 'docker' },
      tolerations: [
        { key: 'builds', operator: 'Exists', effect: 'NoSchedule' },
      ],
      avoidNodes: ['node-a'],
    },
    resources: { requests: { cpu: '2', memory: '4Gi' } },
  },
  'buildx-native-one': {
    ...inputOf(buildxMethod, { platforms: ['linux/arm64'] }),
    nativePlatforms: ['linux/arm64'],
  },
  'docker-tasks': {
    template: tasksTemplate(),
    secrets: {
      git: 'git-example-com',
      registry: 'registry-example-com',
      pull: 'base-images',
    },
    checks: {
      sbom: true,
      scan: true,
      gate: { severity: 'high', ignoreUnfixed: false, ignore: [] },
    },
    resources: { requests: { cpu: '2', memory: '4Gi' } },
    workspaceVolume: {
      size: '10Gi',
      storageClassName: 'fast',
      accessModes: ['ReadWriteOnce'],
    },
  },
  'kaniko-plain': inputOf(kanikoMethod, {
    'build-args': { VERSION: '1.0' },
    labels: { team: 'a' },
  }),
};

/** A build of a method by its bundled template. */
function inputOf(
  method: BuildMethod,
  parameters: JsonObject,
): Partial<RenderInput> {
  const { build, run } = renderInput();
  return {
    template: bundledTemplate(method.id),
    build: { ...build, method: method.id },
    run: { ...run, name: run.name.replace(/^docker/, method.id) },
    parameters: parametersOf(parameters, method),
  };
}

describe('the runs of the published templates', () => {
  it.each(Object.entries(RUNS))('are as they stand in %s.json', (name, own) => {
    const file = join(__dirname, '__fixtures__', `${name}.json`);
    const rendered = renderPipelineRun(renderInput(own));
    if (process.env.UPDATE_GOLDEN_RUNS) {
      const run = 'pipelineRun' in rendered && rendered.pipelineRun;
      writeFileSync(file, `${JSON.stringify(run, undefined, 2)}\n`);
    }
    expect(rendered).toEqual({
      pipelineRun: JSON.parse(readFileSync(file, 'utf8')),
    });
  });
});
