import { BuildConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { dockerfilePipelineParameters } from './dockerfilePipelineParameters';

function give(parameters: JsonObject) {
  const config: BuildConfig = {
    entityRef: 'component:default/app',
    imageName: 'default',
    tenant: 'group:default/guests',
    method: 'docker',
    infrastructure: 'tekton',
    source: { type: 'directory', root: 'demo', path: 'app' },
    image: { reference: 'registry/app:1', tags: [], delivery: 'push' },
    parameters,
    platforms: [],
    timeoutSeconds: 60,
  };
  return dockerfilePipelineParameters(config);
}

describe('dockerfilePipelineParameters', () => {
  it('means by a bare "Dockerfile" the one in the context, as on every executor', () => {
    expect(
      give({ 'context-path': './app/', 'dockerfile-path': 'Dockerfile' }),
    ).toMatchObject({
      'context-path': 'app',
      'dockerfile-path': 'app/Dockerfile',
    });
    expect(
      give({ 'context-path': 'app', 'dockerfile-path': 'app/x/../prod' }),
    ).toMatchObject({ 'dockerfile-path': 'app/prod' });
  });

  it('gives arguments and labels as NAME=value, and nothing for what is left out', () => {
    expect(
      give({
        'build-args': { A: '--privileged', B: 'x=y', C: '' },
        labels: { 'com.example/l': 'x y' },
      }),
    ).toEqual({
      'context-path': '.',
      'dockerfile-path': 'Dockerfile',
      target: '',
      'build-args': ['A=--privileged', 'B=x=y', 'C='],
      labels: ['com.example/l=x y'],
      'no-cache': '',
    });
  });

  it('says that a build is without the cache, and otherwise nothing that a template would have to know', () => {
    expect(give({ 'no-cache': true })).toMatchObject({ 'no-cache': 'true' });
    expect(give({ 'no-cache': false })).toMatchObject({ 'no-cache': '' });
  });
});
