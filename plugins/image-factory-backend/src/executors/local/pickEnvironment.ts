import { homedir } from 'node:os';

/**
 * What programs that fetch base images need to know of this machine. Logins of
 * the portal's user are not found through any of it. The URL of a proxy may hold
 * one: the programs need it, and what they run for a build is not told.
 */
const PASSED_THROUGH = [
  'PATH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'BUILDKIT_HOST',
];

/** The variables that every process of a build gets, by name; everything else of the portal's environment stays with it. */
export function pickEnvironment(
  environment: NodeJS.ProcessEnv,
  further: string[] = [],
): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of [...PASSED_THROUGH, ...further]) {
    const value = environment[name];
    if (value !== undefined) {
      picked[name] = value;
    }
  }
  return picked;
}

/** For asking tools what they can: of the user's settings they see what tells where services listen. */
export function pickProbeEnvironment(
  environment: NodeJS.ProcessEnv,
  picked: Record<string, string>,
): Record<string, string> {
  const { XDG_RUNTIME_DIR } = environment;
  return {
    HOME: homedir(),
    ...(XDG_RUNTIME_DIR === undefined ? {} : { XDG_RUNTIME_DIR }),
    ...picked,
  };
}

/** Whether the URL of a proxy has a user or password in it. */
export function hasProxyLogin(environment: Record<string, string>): boolean {
  return Object.entries(environment).some(
    ([name, value]) =>
      /^(https?|ftp|all)_proxy$/i.test(name) &&
      /^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i.test(value),
  );
}
