import { createSign, randomUUID } from 'node:crypto';

/** Whom a token is for, as the API server knows the account. */
export type ServiceAccount = { namespace: string; name: string; uid: string };

/** How much longer than it says a token is taken, in seconds: clocks may differ. */
const LEEWAY = 60;

/**
 * Signs a token as the API server itself would. It gives none that lives for
 * less than ten minutes, and a test that sees one refused cannot wait for that.
 * It takes a token for a minute more than it says, so this one says a minute
 * less; and it remembers for up to ten seconds that it has taken one.
 */
export function signServiceAccountToken(options: {
  account: ServiceAccount;
  /** The key that the API server signs with, as PEM. */
  privateKey: string;
  issuer: string;
  /** When the API server begins to refuse it. */
  acceptedForSeconds: number;
  now: Date;
}): string {
  const { account, privateKey, issuer, acceptedForSeconds, now } = options;
  const { namespace, name, uid } = account;
  const expiry = Math.floor(now.getTime() / 1000) + acceptedForSeconds - LEEWAY;
  const signed = [
    { alg: 'RS256', typ: 'JWT' },
    {
      iss: issuer,
      aud: [issuer],
      sub: `system:serviceaccount:${namespace}:${name}`,
      iat: expiry - LEEWAY,
      nbf: expiry - LEEWAY,
      exp: expiry,
      jti: randomUUID(),
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
    },
  ]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createSign('RSA-SHA256').update(signed).sign(privateKey);
  return `${signed}.${signature.toString('base64url')}`;
}
