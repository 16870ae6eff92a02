import { mockServices } from '@backstage/backend-test-utils';
import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { KubernetesError } from '../../clusters';
import { ClusterHealth } from './ClusterHealth';
import { TektonCluster } from './TektonCluster';

const ADDRESS = '10.20.30.40:6443';

/** A cluster whose client gives these errors, one after the other. */
function healthOf(...errors: KubernetesError[]) {
  const logger = mockServices.logger.mock();
  let steady = 0;
  const health = new ClusterHealth({
    cluster: {
      settings: {
        name: 'prod',
        title: 'Production',
        maxRunning: 5,
        namespaces: { byTenant: {}, relaxedByTenant: {}, rule: 'a-{tenant}' },
      },
      client: () => Promise.reject(errors.shift()),
    } as unknown as TektonCluster,
    now: () => new Date('2026-11-01T10:00:00Z'),
    steady: () => (steady += 20_000),
    logger,
  });
  return {
    logger,
    describe: () =>
      health.describe({ methods: [], problemOf: async () => undefined }),
  };
}

describe('ClusterHealth', () => {
  it('tells users that a cluster does not answer, and its address to the log alone, once', async () => {
    const noAnswer = () =>
      new KubernetesError({ message: `no answer (ECONNREFUSED ${ADDRESS})` });
    const { describe: ask, logger } = healthOf(noAnswer(), noAnswer());
    const status = await ask();
    expect(status).toMatchObject({
      title: 'Production',
      type: 'kubernetes',
      health: 'unavailable',
      message: 'The cluster prod does not answer.',
    });
    expect(JSON.stringify(status)).not.toContain(ADDRESS);
    await ask();
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining(ADDRESS));
  });

  it('says of a login that is refused that it is to be renewed', async () => {
    const { describe: ask } = healthOf(
      new KubernetesError({ message: 'Unauthorized', status: 401 }),
    );
    expect(await ask()).toMatchObject({
      health: 'unavailable',
      message: "The cluster prod refuses the portal's login.",
      hint: expect.stringContaining('renews it'),
    });
  });

  it('asks about the methods once for as long as what it knows of the cluster holds', async () => {
    const problemOf = jest.fn(async () => undefined);
    let steady = 0;
    const health = new ClusterHealth({
      cluster: {
        settings: {
          name: 'prod',
          title: 'Production',
          maxRunning: 5,
          namespaces: { byTenant: {}, relaxedByTenant: {}, rule: undefined },
        },
        client: () => Promise.reject(new KubernetesError({ message: 'away' })),
      } as unknown as TektonCluster,
      now: () => new Date('2026-11-01T10:00:00Z'),
      steady: () => steady,
      logger: mockServices.logger.mock(),
    });
    const methods = [{ id: 'docker', pipelineTemplates: [{ yaml: '' }] }];
    const ask = () =>
      health.describe({ methods: methods as BuildMethod[], problemOf });
    await ask();
    steady += 10_000;
    await ask();
    expect(problemOf).toHaveBeenCalledTimes(1);
    steady += 10_000;
    await ask();
    expect(problemOf).toHaveBeenCalledTimes(2);
  });
});
