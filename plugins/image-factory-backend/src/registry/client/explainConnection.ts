import { isError } from '@backstage/errors';
import { plainLine } from './plainLine';
import { RegistryError } from './RegistryError';

const UNKNOWN_AUTHORITY = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);
const NO_ANSWER = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);
const WHY: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to it from this machine',
  ENETUNREACH: 'there is no way to it from this machine',
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it fell silent',
  UND_ERR_BODY_TIMEOUT: 'it fell silent',
  EAI_AGAIN: 'its name could not be looked up right now',
};

/** What an error on the way to a host means; undefined where it is none such, as where a file cannot be read. */
export function explainConnection(
  host: string,
  error: unknown,
): RegistryError | undefined {
  if (!isError(error)) {
    return undefined;
  }
  const code = String(error.code ?? '');
  if (NO_ANSWER.has(code)) {
    return new RegistryError({
      class: 'infrastructure',
      message: `${host} could not be reached: ${WHY[code]} (${code}).`,
      hint: "Check that it runs, and the network, the firewall and the proxy settings of the portal's machine. The build is tried again by itself.",
      retryable: true,
      cause: error,
    });
  }
  if (code === 'ENOTFOUND') {
    return new RegistryError({
      class: 'infrastructure',
      message: `${host} could not be reached: no address is known by that name (ENOTFOUND).`,
      hint: "Check the name for typing errors, and the name service of the portal's machine.",
      cause: error,
    });
  }
  return explainCertificate(host, code, error) ?? explainProxy(host, error);
}

function explainCertificate(
  host: string,
  code: string,
  cause: Error,
): RegistryError | undefined {
  const refuse = (why: string, hint: string) =>
    new RegistryError({
      class: 'infrastructure',
      message: `${host} was not trusted: ${why} (${code}).`,
      hint,
      cause,
    });
  if (UNKNOWN_AUTHORITY.has(code)) {
    return refuse(
      "the authority of its certificate is not known to the portal's machine",
      'A portal admin names the certificate of that authority as the caFile of the registry under imageFactory.registries.',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return refuse(
      'its certificate is for other names',
      'Use the name that the certificate is for, or give the registry a certificate for this one.',
    );
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return refuse(
      code === 'CERT_HAS_EXPIRED'
        ? 'its certificate has expired'
        : 'its certificate is not valid yet',
      "Renew the certificate of the registry; if it is valid, set the clock of the portal's machine.",
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return refuse(
      'it does not speak https',
      'Images are pushed over https only. Give the registry a certificate, and check its port.',
    );
  }
  return undefined;
}

function explainProxy(host: string, error: Error): RegistryError | undefined {
  return /^Proxy response/.test(error.message)
    ? new RegistryError({
        class: 'infrastructure',
        message: `The proxy gave no way to ${host}: ${plainLine(
          error.message,
        )}.`,
        hint: "Check HTTPS_PROXY and NO_PROXY of the portal's process.",
        cause: error,
      })
    : undefined;
}
