import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from '@backstage/types';
import { createSources } from '../__testUtils__/createSources';
import { EXAMPLES, exampleComponent } from '../__testUtils__/exampleComponent';
import { MethodRegistry, buildxMethod, dockerMethod } from '../methods';
import { placementKey } from '../model';
import { Sources } from '../sources';
import { resolveBuild } from './resolveBuild';

describe('resolveBuild, of the platforms that a build is for', () => {
  let directory: string;
  let sources: Sources;
  const methods = new MethodRegistry();
  methods.register(dockerMethod);
  methods.register(buildxMethod);

  beforeAll(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'resolve-')));
    sources = await createSources({
      directory,
      roots: [{ name: 'examples', path: EXAMPLES }],
    });
  });

  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function configOf(method: string, parameters: JsonObject) {
    const { ready, preview } = await resolveBuild({
      request: {
        entityRef: 'component:default/hello-site',
        method,
        parameters,
      },
      entity: exampleComponent('hello-site'),
      methods,
      sources,
      registries: [],
      defaults: {
        infrastructure: 'auto',
        timeoutSeconds: 600,
        maxTimeoutSeconds: 3600,
      },
      known: { executors: [] },
      look: 'fresh',
    });
    expect(preview.problems).toEqual([]);
    return ready!.config;
  }

  it('settles those that the method is asked for in its parameters', async () => {
    const platforms = ['linux/arm64', 'linux/amd64'];
    const config = await configOf('buildx', { platforms });
    expect(config.platforms).toEqual(platforms);
    // Settled twice they are the same, and the place is the same as before they were.
    expect(buildxMethod.needs(config).platforms).toEqual(platforms);
    const keyOf = (one: typeof config) =>
      placementKey({ ...one, needs: buildxMethod.needs(one) });
    expect(keyOf(config)).toBe(keyOf({ ...config, platforms: [] }));
  });

  it.each([
    ['buildx', {}],
    ['docker', {}],
  ])('leaves it to the node where %s is asked for none', async (method, p) => {
    expect((await configOf(method, p)).platforms).toEqual([]);
  });
});
