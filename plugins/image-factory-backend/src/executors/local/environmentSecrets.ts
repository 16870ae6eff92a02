const PROXY = /^(https?|ftp|all)_proxy$/i;
const SECRET_NAME =
  /token|secret|passw|password|credential|(^|_)(key|pwd|auth)$/i;

/**
 * What must not show in logs of the variables that builds get: the logins of
 * proxies, and the values of those whose names say that they are secret.
 */
export function environmentSecrets(
  environment: Record<string, string>,
): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (PROXY.test(name)) return proxyPasswords(value);
    return SECRET_NAME.test(name) ? [value] : [];
  });
}

/** As the URL has it, and as it is sent; by the last `@`, since a slash in a password is often not encoded. */
function proxyPasswords(proxy: string): string[] {
  const [, login] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(.*)@/is.exec(proxy) ?? [];
  const password = login?.slice(login.indexOf(':') + 1);
  if (!password) return [];
  try {
    return [...new Set([password, decodeURIComponent(password)])];
  } catch {
    // It throws where a percent sign encodes nothing.
    return [password];
  }
}
