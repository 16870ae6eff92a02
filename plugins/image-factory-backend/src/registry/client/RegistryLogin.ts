import { encodeLogin } from '../encodeLogin';
import { RegistryLoginData } from '../RegistrySettings';
import { Challenge } from './parseChallenges';
import { explainAnswer } from './explainAnswer';
import { RegistryError } from './RegistryError';
import { parseRetryAfter } from './parseRetryAfter';
import { RegistryTransport } from './RegistryTransport';

const MAX_ANSWER_BYTES = 64 * 1024;
/** What the token specification says of a token that does not tell how long it is valid. */
const DEFAULT_VALID_SECONDS = 60;
/** A token is renewed before it is too old, since what is sent with it may be long. */
const USED_FOR = 0.75;
const BEARER = 'Bearer ';

export type RegistryLoginOptions = {
  host: string;
  repository: string;
  login: RegistryLoginData | undefined;
  transport: RegistryTransport;
  now: () => Date;
};

type Token = { header: string; usedUntil: number };

/**
 * Logs in to one repository as the registry asks for it: with name and password
 * (Basic), or with a token that a token server gives for these (Bearer).
 *
 * The token server is whichever the registry names over its verified
 * connection, as for `docker login`: Docker Hub and others keep it on another
 * host. It has to speak https, with a certificate that is verified like the
 * registry's own.
 */
export class RegistryLogin {
  readonly #options: RegistryLoginOptions;
  #isBasic = false;
  #realm: Challenge['parameters'] | undefined;
  #token: Token | undefined;

  constructor(options: RegistryLoginOptions) {
    this.#options = options;
  }

  /** The Authorization header of the next request; none until the registry has asked for one. */
  async header(signal: AbortSignal): Promise<string | undefined> {
    if (this.#realm) {
      const { now } = this.#options;
      if (!this.#token || now().getTime() >= this.#token.usedUntil) {
        this.#token = await this.#fetchToken(this.#realm, signal);
      }
      return this.#token.header;
    }
    return this.#isBasic ? this.#basic : undefined;
  }

  /** Takes up what a registry asks for; false where there is nothing new to answer. */
  take(challenges: Challenge[]): boolean {
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters.realm,
    );
    if (bearer) {
      this.#realm = bearer.parameters;
      this.#token = undefined;
      return true;
    }
    const takesBasic =
      !this.#isBasic &&
      this.#options.login !== undefined &&
      challenges.some(({ scheme }) => scheme === 'basic');
    this.#isBasic ||= takesBasic;
    return takesBasic;
  }

  /** A text without the secrets of this login, which a registry could say back. */
  hide(text: string): string {
    const { login } = this.#options;
    const secrets = [
      ...(login ? [encodeLogin(login), login.password] : []),
      this.#token?.header.slice(BEARER.length) ?? '',
    ];
    return secrets
      .filter(secret => secret !== '')
      .reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text);
  }

  get #basic(): string | undefined {
    const { login } = this.#options;
    return login && `Basic ${encodeLogin(login)}`;
  }

  async #fetchToken(
    { realm, service }: Challenge['parameters'],
    signal: AbortSignal,
  ): Promise<Token> {
    const { host, repository, login, transport, now } = this.#options;
    const url = this.#checkRealm(realm);
    if (service) {
      url.searchParams.set('service', service);
    }
    url.searchParams.set('scope', `repository:${repository}:pull,push`);
    if (login) {
      url.searchParams.set('account', login.username);
    }
    const askedAt = now().getTime();
    const answer = await transport.send(
      {
        method: 'GET',
        url,
        headers: this.#basic ? { authorization: this.#basic } : {},
      },
      signal,
    );
    if (answer.status !== 200) {
      throw explainAnswer({
        host,
        repository,
        what: 'the login',
        answeredBy: `its token server ${url.host}`,
        status: answer.status,
        complaint: await answer.complaint(text => this.hide(text)),
        retryAfterMs: parseRetryAfter(answer.header('retry-after'), now()),
        hasLogin: login !== undefined,
        lacksScope: false,
      });
    }
    const { token, validSeconds } = parseToken(
      await answer.bytes(MAX_ANSWER_BYTES),
    );
    if (token === undefined) {
      throw new RegistryError({
        class: 'user',
        message: `The token server ${url.host} of ${host} gave no token.`,
        hint: 'Look at the logs of the token server; a portal admin checks that the host is that of a registry.',
      });
    }
    return {
      header: `${BEARER}${token}`,
      usedUntil: askedAt + validSeconds * 1000 * USED_FOR,
    };
  }

  #checkRealm(realm: string): URL {
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    if (url?.protocol !== 'https:') {
      throw new RegistryError({
        class: 'user',
        message: `${
          this.#options.host
        } wants its login sent to a place that is not https, so it was sent nowhere.`,
        hint: 'Let the registry name a token server that is reached over https (the realm of its WWW-Authenticate header).',
      });
    }
    return url;
  }
}

function parseToken(body: Buffer | undefined): {
  token: string | undefined;
  validSeconds: number;
} {
  let answer: Record<string, unknown> = {};
  try {
    answer = Object(JSON.parse(body?.toString('utf8') ?? ''));
  } catch {
    // No token is in it then.
  }
  const token = answer.token ?? answer.access_token;
  const seconds = Number(answer.expires_in ?? DEFAULT_VALID_SECONDS);
  return {
    token:
      typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)
        ? token
        : undefined,
    validSeconds: seconds > 0 ? seconds : DEFAULT_VALID_SECONDS,
  };
}
