import { ExecutorStatus } from '@image-factory/backstage-plugin-image-factory-node';
import { StartThrottle } from './StartThrottle';
import { withReadiness } from './withReadiness';

const STATUS: ExecutorStatus = {
  title: 'Europe',
  type: 'kubernetes',
  health: 'healthy',
  maxRunning: 100,
  tools: [],
  methods: [],
  checkedAt: '2026-01-02T03:04:00.000Z',
};
const NOTHING = { tenants: [] };
const OBSTACLE = {
  message: 'Tekton Pipelines is not there.',
  hint: 'For a portal admin: install it.',
};

describe('withReadiness', () => {
  function throttle(...statuses: number[]) {
    const made = new StartThrottle({
      maxRunning: 100,
      now: () => new Date('2026-01-02T03:00:00.000Z'),
      steady: () => 0,
    });
    statuses.forEach(status => made.hear({ milliseconds: 5, status }));
    return made;
  }

  it('leaves a cluster that is well as it is', () => {
    expect(withReadiness(STATUS, NOTHING, throttle(200))).toEqual({
      ...STATUS,
      throttled: undefined,
      blocked: [],
    });
  });

  it('names the tenants whose builds have to wait', () => {
    const tenants = ['a', 'b', 'a'].map(tenant => ({ tenant, ...OBSTACLE }));
    expect(withReadiness(STATUS, { tenants }, throttle())).toMatchObject({
      health: 'degraded',
      message: 'Builds of a, b wait for what is missing on the cluster.',
      blocked: tenants,
    });
  });

  it('lets a cluster take fewer builds while its API server is in trouble', () => {
    expect(withReadiness(STATUS, NOTHING, throttle(503))).toMatchObject({
      health: 'degraded',
      maxRunning: 50,
      throttled: { maxRunning: 100, since: '2026-01-02T03:00:00.000Z' },
    });
  });

  it('sends no builds to a cluster that lacks what all of them need', () => {
    expect(
      withReadiness(STATUS, { cluster: OBSTACLE, tenants: [] }, throttle(503)),
    ).toMatchObject({ health: 'unavailable', ...OBSTACLE });
  });

  it('says of a cluster that does not answer that, and nothing else', () => {
    const away = {
      ...STATUS,
      health: 'unavailable' as const,
      message: 'The cluster does not answer.',
      hint: 'Start it.',
    };
    expect(
      withReadiness(away, { cluster: OBSTACLE, tenants: [] }, throttle()),
    ).toMatchObject({ health: 'unavailable', message: away.message });
  });
});
