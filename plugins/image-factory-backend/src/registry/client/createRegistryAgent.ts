import {
  SecureContext,
  createSecureContext,
  getCACertificates,
} from 'node:tls';
import { Dispatcher, EnvHttpProxyAgent } from 'undici';

/** How long a registry may be silent. */
export type SilenceLimits = {
  /** Until a connection stands. */
  connectMs: number;
  /** Until it takes or sends the next bytes. */
  silentMs: number;
};

/**
 * What speaks to a registry: over the proxy of the environment where there is
 * one, and with certificates verified whatever the environment says.
 */
export function createRegistryAgent(options: {
  /** Trusted beside the machine's own, as PEM. */
  ca: string | undefined;
  limits: SilenceLimits;
  environment: NodeJS.ProcessEnv;
}): Dispatcher {
  const { ca, limits, environment } = options;
  const tls = {
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { secureContext: trusting(ca) }),
  };
  const timeout = limits.connectMs;
  return new EnvHttpProxyAgent({
    connect: { ...tls, timeout },
    requestTls: { ...tls, timeout },
    proxyTls: { rejectUnauthorized: true, timeout },
    headersTimeout: limits.silentMs,
    bodyTimeout: limits.silentMs,
    // Empty rather than undefined, which would be looked up once more.
    httpProxy: environment.http_proxy ?? environment.HTTP_PROXY ?? '',
    httpsProxy: environment.https_proxy ?? environment.HTTPS_PROXY ?? '',
    noProxy: environment.no_proxy ?? environment.NO_PROXY ?? '',
  });
}

/** By what is trusted beside the machine's own. */
const contexts = new Map<string, SecureContext>();

/** Reading the machine's own certificates holds up everything else for a while: it is done once, not for each push. */
function trusting(ca: string): SecureContext {
  let context = contexts.get(ca);
  if (!context) {
    context = createSecureContext({
      ca: [...getCACertificates('default'), ca],
    });
    contexts.set(ca, context);
  }
  return context;
}
