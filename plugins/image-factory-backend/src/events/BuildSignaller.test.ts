import { mockServices } from '@backstage/backend-test-utils';
import { SignalsService } from '@backstage/plugin-signals-node';
import { BuildSignaller } from './BuildSignaller';

describe('BuildSignaller', () => {
  it('tells everybody the id of the build and nothing that policies keep from some', () => {
    const publish = jest.fn(async () => undefined);
    const signaller = BuildSignaller.create({
      signals: { publish } as SignalsService,
      logger: mockServices.logger.mock(),
    });
    // As it comes from those who know more of the build.
    const change = {
      buildId: 'one',
      entityRef: 'component:default/secret-project',
      change: 'build' as const,
    };
    signaller.signal(change);
    signaller.signal({ ...change, change: 'log' });
    signaller.stop();
    expect(publish.mock.calls).toEqual([
      [
        {
          recipients: { type: 'broadcast' },
          channel: 'image-factory:builds',
          message: { buildId: 'one', change: 'build' },
        },
      ],
      [
        {
          recipients: { type: 'broadcast' },
          channel: 'image-factory:builds',
          message: { buildId: 'one', change: 'log' },
        },
      ],
    ]);
  });
});
