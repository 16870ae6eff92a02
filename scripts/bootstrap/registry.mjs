import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmSettings } from './npm.mjs';
import { ROOT, TOOLS } from './paths.mjs';

/**
 * Yarn reads none of npm's settings. What someone has set up for npm (a mirror,
 * a proxy, a certificate authority, a sign-in) is handed over as environment,
 * so that it is set once and stands in no file of this repository.
 */
export async function registrySettings() {
  const npm = await npmSettings();
  const authority = npm.cafile || (npm.ca?.length && writeAuthority(npm.ca));
  const httpsProxy = npm['https-proxy'] || npm.proxy;
  const { hostname, protocol } = new URL(npm.registry);
  return {
    registry: withoutSecrets(npm.registry),
    environment: {
      YARN_NPM_REGISTRY_SERVER: npm.registry.replace(/\/$/, ''),
      YARN_ENABLE_TELEMETRY: '0',
      ...(protocol === 'http:' && { YARN_UNSAFE_HTTP_WHITELIST: hostname }),
      ...(authority && { YARN_HTTPS_CA_FILE_PATH: authority }),
      ...(npm['strict-ssl'] === false && { YARN_ENABLE_STRICT_SSL: 'false' }),
      ...(npm.proxy && { YARN_HTTP_PROXY: npm.proxy }),
      ...(httpsProxy && { YARN_HTTPS_PROXY: httpsProxy }),
      ...findSignIn(npm.registry, [
        join(ROOT, '.npmrc'),
        npm.userconfig,
        npm.globalconfig,
      ]),
    },
  };
}

function writeAuthority(certificates) {
  const path = join(TOOLS, 'certificate-authority.pem');
  writeFileSync(path, [certificates].flat().join('\n').replaceAll('\\n', '\n'));
  return path;
}

/** npm does not hand out its sign-ins, so they are read where npm reads them. */
export function findSignIn(registry, paths) {
  const scope = `//${registry
    .replace(/^https?:\/\//, '')
    .replace(/\/?$/, '/')}`;
  for (const path of paths.filter(Boolean)) {
    const settings = readSettings(path);
    const token = settings[`${scope}:_authToken`];
    const basic = settings[`${scope}:_auth`];
    if (token) {
      return { YARN_NPM_AUTH_TOKEN: token, YARN_NPM_ALWAYS_AUTH: 'true' };
    }
    if (basic) {
      return { YARN_NPM_AUTH_IDENT: basic, YARN_NPM_ALWAYS_AUTH: 'true' };
    }
  }
  return {};
}

function readSettings(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  const entries = text
    .split('\n')
    .map(line => /^\s*([^=;#\s][^=]*?)\s*=\s*"?(.*?)"?\s*$/.exec(line))
    .filter(Boolean)
    .map(([, key, value]) => [
      key,
      value.replace(/\$\{(\w+)\}/g, (_, name) => process.env[name] ?? ''),
    ]);
  return Object.fromEntries(entries);
}

function withoutSecrets(registry) {
  const url = new URL(registry);
  url.username = '';
  url.password = '';
  return url.href;
}
