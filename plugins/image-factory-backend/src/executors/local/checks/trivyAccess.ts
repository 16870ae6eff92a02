import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckSettings } from '../../../checks';
import {
  parseImageReference,
  RegistrySettings,
  toAuthFile,
} from '../../../registry';

/** Where Go looks for certificates unless it is told otherwise: what is told takes their place. */
const CERTIFICATE_FOLDERS = [
  '/etc/ssl/certs',
  '/etc/pki/tls/certs',
  '/system/etc/security/cacerts',
];

/**
 * What Trivy has to know to fetch its databases from registries of the
 * operator's: the logins of these alone, and whose certificates to trust beside
 * those of the machine. Builds are long over when it reads them.
 *
 * @returns variables of its environment
 */
export async function trivyAccess(options: {
  folder: string;
  settings: CheckSettings;
  registries: RegistrySettings[];
  environment: Record<string, string>;
}): Promise<Record<string, string>> {
  const { folder, settings, registries, environment } = options;
  const hosts = [settings.database, settings.javaDatabase].flatMap(reference =>
    reference === undefined ? [] : hostOf(reference) ?? [],
  );
  const meant = registries.filter(({ host }) => hosts.includes(host));
  const login = join(folder, 'login');
  const trusted = join(folder, 'trusted');
  await mkdir(login, { recursive: true, mode: 0o700 });
  await mkdir(trusted, { recursive: true });
  await writeFile(
    join(login, 'config.json'),
    toAuthFile(meant.map(each => ({ ...each, pullCredentials: true }))),
    { mode: 0o600 },
  );
  const authorities = meant.flatMap(({ ca }) => ca ?? []);
  await writeFile(join(trusted, 'ca.crt'), authorities.join('\n'));
  const folders = environment.SSL_CERT_DIR ?? CERTIFICATE_FOLDERS.join(':');
  return {
    DOCKER_CONFIG: login,
    ...(authorities.length > 0
      ? { SSL_CERT_DIR: `${folders}:${trusted}` }
      : {}),
  };
}

function hostOf(reference: string): string | undefined {
  const parsed = parseImageReference(reference);
  return parsed.ok ? parsed.reference.host?.toLowerCase() : undefined;
}
