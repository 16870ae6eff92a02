import { BuildConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { reproduceDocker } from './reproduceDocker';

function wordsOf(parameters: JsonObject): string[] {
  const config: BuildConfig = {
    entityRef: 'component:default/app',
    imageName: 'default',
    tenant: 'group:default/guests',
    method: 'docker',
    infrastructure: 'local',
    source: { type: 'directory', root: 'demo', path: 'app' },
    image: { reference: 'app:1', tags: [], delivery: 'export' },
    parameters,
    platforms: [],
    timeoutSeconds: 60,
  };
  return reproduceDocker(config, [])[0];
}

describe('reproduceDocker', () => {
  it('takes no layer of an earlier build where the build has taken none', () => {
    expect(wordsOf({ 'no-cache': true })).toEqual([
      ...['docker', 'build', '--file=Dockerfile', '--no-cache'],
      ...['--tag=app:1', '.'],
    ]);
    expect(wordsOf({ 'no-cache': false })).not.toContain('--no-cache');
  });

  it('names the Dockerfile as Docker takes it, which finds no path in quotation marks', () => {
    expect(wordsOf({ 'dockerfile-path': 'x,"y"' })).toContain('--file=x,"y"');
  });
});
