import { RegistryComplaint } from './RegistryAnswer';
import { RegistryError } from './RegistryError';

/** An answer that is no success. */
export type Refusal = {
  host: string;
  repository: string;
  /** What was asked, in a word or two, such as `the blob sha256:…`. */
  what: string;
  /** Who answered, where it was not the registry itself. */
  answeredBy?: string;
  status: number;
  complaint: RegistryComplaint;
  retryAfterMs: number | undefined;
  /** Whether the operator has named a login. */
  hasLogin: boolean;
  /** The registry knows who it is and says that this is not enough. */
  lacksScope: boolean;
};

const WORTH_RETRYING = new Set([408, 425, 429, 500, 502, 503, 504]);
const ADMIN = 'A portal admin';

/** What an answer that is no success means, and what to do about it. */
export function explainAnswer(refusal: Refusal): RegistryError {
  const { host, repository, what, status, hasLogin, lacksScope } = refusal;
  const { code } = refusal.complaint;
  const said = describe(refusal);
  const user = (message: string, hint: string) =>
    new RegistryError({ class: 'user', message, hint });

  if (status === 401 && !lacksScope) {
    return hasLogin
      ? user(
          `${host} refused the login: ${said}.`,
          `${ADMIN} corrects username and password of "${host}" under imageFactory.registries.`,
        )
      : user(
          `${host} asks for a login, and none is configured: ${said}.`,
          `${ADMIN} sets username and password of "${host}" under imageFactory.registries.`,
        );
  }
  if (status === 401 || status === 403) {
    return user(
      `${host} does not allow pushing to ${repository}: ${said}.`,
      `Check the repository for typing errors; ${
        hasLogin
          ? 'else let the login of the portal push there.'
          : `else ${ADMIN.toLowerCase()} sets a login of "${host}" that may push there.`
      }`,
    );
  }
  if (status === 404 && code === 'BLOB_UPLOAD_UNKNOWN') {
    return new RegistryError({
      class: 'infrastructure',
      message: `${host} lost the upload of ${what}: ${said}.`,
      hint: 'Where several replicas of the registry stand behind one address, let them share their storage and their http secret. The build is tried again by itself.',
      retryable: true,
    });
  }
  if (status === 404 && !/^(BLOB|MANIFEST)_/.test(code ?? '')) {
    return user(
      `${host} knows no repository ${repository}: ${said}.`,
      'Check it for typing errors; some registries want a project or repository created before the first push.',
    );
  }
  if (status === 413) {
    return user(
      `${host} finds ${what} too large: ${said}.`,
      'Make the image smaller, with fewer or smaller layers, or let the registry, or the proxy before it, take larger ones.',
    );
  }
  if (status === 408 || status === 425) {
    return new RegistryError({
      class: 'infrastructure',
      message: `${host} did not wait for ${what}: ${said}.`,
      hint: 'The build is tried again by itself. If it stays so, look at the network between the portal and the registry, and at the time limits of the proxy before it.',
      retryable: WORTH_RETRYING.has(status),
      retryAfterMs: refusal.retryAfterMs,
    });
  }
  if (status === 429 || status >= 500) {
    return new RegistryError({
      class: 'infrastructure',
      message:
        status === 429
          ? `${host} takes no more requests right now: ${said}.`
          : `${host} failed to take ${what}: ${said}.`,
      hint:
        status === 429
          ? 'The build is tried again by itself. If it stays so, raise the limits of the registry.'
          : 'Look at the logs of the registry and its free disk space. The build is tried again by itself.',
      retryable: WORTH_RETRYING.has(status),
      retryAfterMs: refusal.retryAfterMs,
    });
  }
  if (status >= 300 && status < 400) {
    return user(
      `${host} sent the request for ${what} elsewhere: ${said}.`,
      'Name the registry by the host that it really answers at; redirects are not followed, so that logins stay with their host.',
    );
  }
  return user(
    `${host} did not take ${what}: ${said}.`,
    'Look up what the registry says in its documentation, and whether it takes OCI images.',
  );
}

function describe({ answeredBy, status, complaint }: Refusal): string {
  const { code, message } = complaint;
  return [
    `${answeredBy ?? 'it'} answered ${status}${code ? ` ${code}` : ''}`,
    message && `"${message}"`,
  ]
    .filter(Boolean)
    .join(', ');
}
