import {
  LimitRangeObject,
  QuotaObject,
  checkLimitRange,
  checkQuota,
} from './checkLimits';

function quota(
  hard: Record<string, string>,
  used: Record<string, string> = {},
): QuotaObject {
  return {
    metadata: { name: 'builds' },
    spec: { hard },
    status: { hard, used },
  };
}

function range(
  type: string,
  gives: { default?: object; defaultRequest?: object; max?: object },
): LimitRangeObject {
  const limits = [{ type, ...gives }] as NonNullable<
    LimitRangeObject['spec']
  >['limits'];
  return { metadata: { name: 'fill-in' }, spec: { limits } };
}

describe('checkQuota', () => {
  const check = (...items: QuotaObject[]) => checkQuota({ value: { items } });

  it('tells what is used of what', () => {
    const hard = { pods: '50', 'requests.cpu': '32' };
    const used = { pods: '3', 'requests.cpu': '1500m' };
    expect(check(quota(hard, used))).toEqual({
      check: 'quota',
      status: 'ready',
      message: 'builds: pods 3 of 50, requests.cpu 1500m of 32.',
    });
  });

  it.each([
    [{ pods: '50' }, { pods: '50' }, 'pods 50 of 50 (builds)'],
    [
      { 'requests.memory': '64Gi', pods: '50' },
      { 'requests.memory': '65536Mi', pods: '1' },
      'requests.memory 65536Mi of 64Gi (builds)',
    ],
    [{ pods: '0' }, {}, 'pods 0 of 0 (builds)'],
  ])('names what is full of %p', (hard, used, words) => {
    expect(check(quota(hard), quota(hard, used as {}))).toMatchObject({
      status: 'warning',
      message: expect.stringContaining(words),
      hint: expect.stringContaining('raise the quota'),
    });
  });

  it('says that there is none', () => {
    expect(check()).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('No ResourceQuota'),
    });
  });

  it('names the right that it lacks', () => {
    expect(checkQuota({ unread: 'forbidden' })).toMatchObject({
      status: 'unknown',
      message: expect.stringContaining('list resourcequotas'),
    });
  });
});

describe('checkLimitRange', () => {
  const check = (hard: Record<string, string>, ...items: LimitRangeObject[]) =>
    checkLimitRange({ value: { items } }, { value: { items: [quota(hard)] } });
  const LIMITS = { memory: '4Gi', 'ephemeral-storage': '10Gi' };

  it('is content where containers get all that the quota has them ask for, and limits', () => {
    const defaultRequest = { cpu: '50m', memory: '64Mi' };
    const hard = { 'requests.cpu': '1', 'requests.memory': '1Gi', pods: '5' };
    expect(
      check(hard, range('Container', { defaultRequest, default: LIMITS })),
    ).toMatchObject({ status: 'ready' });
    expect(
      check(hard, range('Container', { default: { cpu: '1', ...LIMITS } })),
    ).toMatchObject({ status: 'ready' });
  });

  it.each([
    [{ memory: '4Gi' }, 'no limit of ephemeral-storage,'],
    [undefined, 'no limit of memory and ephemeral-storage,'],
  ])('warns that a build can take all of its node by %p', (given, words) => {
    const defaultRequest = { cpu: '50m', memory: '64Mi' };
    expect(
      check({}, range('Container', { defaultRequest, default: given })),
    ).toMatchObject({
      status: 'warning',
      message: expect.stringContaining(words),
    });
  });

  it.each([
    [
      { requests: { 'ephemeral-storage': '20Gi' } },
      'a request of 20Gi of ephemeral-storage and no limit, for which the LimitRange gives it one of 10Gi: its pods are refused',
    ],
    [
      { requests: { memory: '4Gi' }, limits: { memory: '64Gi' } },
      'a limit of 64Gi of memory, of which the LimitRange allows 32Gi: its pods are refused',
    ],
  ])('says that the step that builds is not let in by %p', (own, words) => {
    const limits = range('Container', {
      default: LIMITS,
      max: { memory: '32Gi' },
    });
    expect(
      checkLimitRange(
        { value: { items: [limits] } },
        { unread: 'absent' },
        own,
      ),
    ).toMatchObject({
      status: 'missing',
      message: expect.stringContaining(words),
    });
  });

  it('lets the step that builds in with limits of its own', () => {
    const own = {
      requests: { memory: '8Gi', cpu: '4' },
      limits: { memory: '8Gi', 'ephemeral-storage': '20Gi' },
    };
    const limits = range('Container', {
      default: LIMITS,
      max: { memory: '32Gi', 'ephemeral-storage': '100Gi' },
    });
    expect(
      checkLimitRange(
        { value: { items: [limits] } },
        { unread: 'absent' },
        own,
      ),
    ).toMatchObject({ status: 'ready' });
  });

  it.each([
    ['nothing', []],
    ['it for whole pods alone', [range('Pod', { default: { memory: '1' } })]],
    ['no limit', [range('Container', { defaultRequest: { memory: '1' } })]],
  ])('says that pods are refused where a LimitRange gives %s', (_, ranges) => {
    expect(check({ 'limits.memory': '4Gi' }, ...ranges)).toMatchObject({
      status: 'missing',
      message: expect.stringContaining('The quota limits limits.memory'),
    });
  });

  it('warns where nothing needs one and there is none', () => {
    expect(check({ pods: '5' }).status).toBe('warning');
  });
});
