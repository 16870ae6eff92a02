import { Config } from '@backstage/config';
import { isError } from '@backstage/errors';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { getCACertificates } from 'node:tls';
import { parseImageReference } from './parseImageReference';
import { RegistryLoginData, RegistrySettings } from './RegistrySettings';
import { fillTenantPrefix } from './tenantPrefix';

const FIELD = 'imageFactory.registries';
const CERTIFICATE =
  /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Reads `imageFactory.registries`, with the certificates that it names.
 *
 * @throws Error that says what is wrong and what to write instead
 */
export function readRegistries(configs: Config[]): RegistrySettings[] {
  const registries = configs.map(readRegistry);
  const twice = registries.find(
    ({ host }, index) =>
      registries.findIndex(other => other.host === host) !== index,
  );
  if (twice) {
    throw new Error(
      `${FIELD} names "${twice.host}" twice. Keep one of the two entries.`,
    );
  }
  return registries;
}

function readRegistry(config: Config): RegistrySettings {
  const host = readHost(config.getString('host'));
  const login = readLogin(host, config);
  const pullCredentials = config.getOptionalBoolean('pullCredentials') ?? false;
  if (pullCredentials && !login) {
    throw new Error(
      `${FIELD}: "${host}" has pullCredentials and no username. Set username and password, or leave pullCredentials out.`,
    );
  }
  return {
    host,
    tenantPrefix: readTenantPrefix(host, config),
    login,
    ca: readCa(host, config),
    pullCredentials,
  };
}

function readHost(written: string): string {
  const host = written.toLowerCase();
  const parsed = parseImageReference(`${host}/repository`);
  if (parsed.ok && parsed.reference.host === host) {
    return host;
  }
  if (/^[a-z0-9-]+$/.test(host)) {
    throw new Error(
      `${FIELD}: "${written}" cannot be told from a part of a repository. Write the full host name, or the port with it, such as "${host}:443".`,
    );
  }
  throw new Error(
    `${FIELD}: "${written}" is not the host of a registry. Write it without a scheme and without a path, such as "registry.example.com" or "registry.example.com:5000"; what repositories must begin with goes into tenantPrefix.`,
  );
}

function readTenantPrefix(host: string, config: Config): string | undefined {
  const prefix = config.getOptionalString('tenantPrefix');
  if (prefix === undefined) {
    return undefined;
  }
  const sample = fillTenantPrefix(prefix, 'group:default/tenant');
  // Without the slash at its end, "team/" would be open to a tenant "te" as well.
  if (
    !prefix.endsWith('/') ||
    !sample.ok ||
    !parseImageReference(`${host}/${sample.prefix}app`).ok
  ) {
    throw new Error(
      `${FIELD}: the tenantPrefix "${prefix}" of "${host}" is not the beginning of a repository. Write parts that end with "/", with {tenant} and {namespace} as the only placeholders, such as "{tenant}/".`,
    );
  }
  return prefix;
}

function readLogin(
  host: string,
  config: Config,
): RegistryLoginData | undefined {
  const username = config.getOptionalString('username');
  const password = config.getOptionalString('password');
  if (username === undefined && password === undefined) {
    return undefined;
  }
  if (username === undefined || password === undefined) {
    const [has, lacks] =
      username === undefined
        ? ['password', 'username']
        : ['username', 'password'];
    throw new Error(
      `${FIELD}: "${host}" has a ${has} and no ${lacks}. Set both, or neither; where a value comes from an environment variable, check that the backend has it.`,
    );
  }
  if (username.includes(':')) {
    throw new Error(
      `${FIELD}: the username of "${host}" has a colon in it, which cannot be sent to a registry. Correct it.`,
    );
  }
  return { username, password };
}

function readCa(host: string, config: Config): string | undefined {
  const file = config.getOptionalString('caFile');
  if (file === undefined) {
    return undefined;
  }
  if (typeof getCACertificates !== 'function') {
    throw new Error(
      `${FIELD}: the caFile of "${host}" needs Node.js 22.15 or later, and the backend runs with ${process.version}. Run it with a later one, or add the certificate to those of the machine and leave caFile out.`,
    );
  }
  const path = resolve(file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `${FIELD}: the caFile of "${host}" cannot be read: ${
        isError(error) ? error.message : error
      }. Correct the path, or let the user of the backend read it.`,
    );
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    throw new Error(
      `${FIELD}: the caFile of "${host}", ${path}, holds no certificates in PEM form. Write the certificate of the authority there, from "-----BEGIN CERTIFICATE-----" on.`,
    );
  }
  return `${certificates.join('\n')}\n`;
}

function isCertificate(pem: string): boolean {
  try {
    return Boolean(new X509Certificate(pem));
  } catch {
    return false;
  }
}
