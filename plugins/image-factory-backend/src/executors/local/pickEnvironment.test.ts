import {
  hasProxyLogin,
  pickEnvironment,
  pickProbeEnvironment,
} from './pickEnvironment';

describe('pickEnvironment', () => {
  const portal = {
    PATH: '/bin',
    HOME: '/home/portal',
    XDG_RUNTIME_DIR: '/run/user/1000',
    DOCKER_CONFIG: '/home/portal/.docker',
    REGISTRY_AUTH_FILE: '/home/portal/auth.json',
    DOCKER_HOST: 'unix:///run/docker.sock',
    GITHUB_TOKEN: 'token',
    MIRROR: 'mirror',
  };

  it('gives builds neither secrets of the portal nor a way to the logins of its user', () => {
    expect(pickEnvironment(portal)).toEqual({
      PATH: '/bin',
      DOCKER_HOST: 'unix:///run/docker.sock',
    });
  });

  it('gives builds what the operator names', () => {
    expect(pickEnvironment(portal, ['MIRROR', 'ABSENT'])).toMatchObject({
      MIRROR: 'mirror',
    });
  });

  it('lets tools that are only asked find where services of the user listen', () => {
    expect(pickProbeEnvironment(portal, pickEnvironment(portal))).toMatchObject(
      { XDG_RUNTIME_DIR: '/run/user/1000', PATH: '/bin' },
    );
  });
});

describe('hasProxyLogin', () => {
  it.each([
    [{ HTTPS_PROXY: 'http://user:pass@proxy.example:3128' }, true],
    [{ http_proxy: 'user@proxy.example:3128' }, true],
    [{ https_proxy: 'http://proxy.example:3128' }, false],
    [{ https_proxy: 'http://proxy.example:3128/a@b' }, false],
    [{ NO_PROXY: 'user@example' }, false],
    [{}, false],
  ])('of %j is %s', (environment, wanted) => {
    expect(hasProxyLogin(environment as Record<string, string>)).toBe(wanted);
  });
});
