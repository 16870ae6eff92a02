import { encodeLogin } from './encodeLogin';
import { RegistrySettings } from './RegistrySettings';

/** The content of a file of logins, as Podman and Buildah read it: only those that builds may pull with. */
export function toAuthFile(registries: RegistrySettings[]): string {
  const auths = registries.flatMap(({ host, login, pullCredentials }) =>
    login && pullCredentials ? [[host, { auth: encodeLogin(login) }]] : [],
  );
  return JSON.stringify(
    auths.length > 0 ? { auths: Object.fromEntries(auths) } : {},
  );
}
