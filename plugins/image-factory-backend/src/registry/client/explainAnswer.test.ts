import { explainAnswer } from './explainAnswer';

function explain(status: number) {
  return explainAnswer({
    host: 'registry.example.com',
    repository: 'team/app',
    what: 'the blob sha256:1',
    status,
    complaint: { code: undefined, message: undefined },
    retryAfterMs: undefined,
    hasLogin: true,
    lacksScope: false,
  });
}

describe('explainAnswer', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])(
    'takes the answer %i for what goes well a little later',
    status => {
      expect(explain(status)).toMatchObject({
        failureClass: 'infrastructure',
        retryable: true,
        message: expect.stringContaining(`it answered ${status}`),
        hint: expect.stringContaining('The build is tried again by itself.'),
      });
    },
  );

  it.each([400, 401, 403, 404, 413])(
    'takes the answer %i for what whoever builds has to mend',
    status => {
      expect(explain(status)).toMatchObject({
        failureClass: 'user',
        retryable: false,
      });
    },
  );
});
