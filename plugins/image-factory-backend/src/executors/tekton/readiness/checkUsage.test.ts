import { checkUsage } from './checkUsage';
import { statusOf } from './Finding';

describe('checkUsage', () => {
  it('is ready where metrics are served', () => {
    expect(checkUsage({ value: { items: [] } }).status).toBe('ready');
  });

  it.each([
    ['absent', /has no metrics server/, /install one/],
    ['forbidden', /may not list the metrics of pods/, /apply the role/],
    ['silent', /does not answer/, /kubectl describe apiservice/],
  ] as const)(
    'tells that it is %s, which makes no cluster the less ready',
    (unread, message, hint) => {
      const finding = checkUsage({ unread });
      expect(finding).toMatchObject({
        check: 'usage',
        status: 'unknown',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
      expect(statusOf([finding])).toBe('ready');
    },
  );
});
