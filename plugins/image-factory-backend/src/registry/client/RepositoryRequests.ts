import { explainAnswer } from './explainAnswer';
import { parseChallenges } from './parseChallenges';
import { parseRetryAfter } from './parseRetryAfter';
import { RegistryAnswer } from './RegistryAnswer';
import { RegistryError } from './RegistryError';
import { RegistryLogin } from './RegistryLogin';
import { RegistryLoginData } from '../RegistrySettings';
import { RegistryRequest, RegistryTransport } from './RegistryTransport';

/** A request, the answers that are expected, and what it is about for the sentence on any other. */
export type Ask = RegistryRequest & { expected: number[]; what: string };

/** Sends the requests about one repository, logged in as the registry asks for it. */
export class RepositoryRequests {
  readonly #host: string;
  readonly #repository: string;
  readonly #hasLogin: boolean;
  readonly #login: RegistryLogin;
  readonly #transport: RegistryTransport;
  readonly #now: () => Date;

  constructor(options: {
    host: string;
    repository: string;
    login: RegistryLoginData | undefined;
    transport: RegistryTransport;
    now: () => Date;
  }) {
    this.#host = options.host;
    this.#repository = options.repository;
    this.#hasLogin = options.login !== undefined;
    this.#login = new RegistryLogin(options);
    this.#transport = options.transport;
    this.#now = options.now;
  }

  /** @throws RegistryError for an answer that is none of the expected */
  async ask(ask: Ask, signal: AbortSignal): Promise<RegistryAnswer> {
    let { answer, authorized } = await this.#send(ask, signal);
    let challenges = parseChallenges(answer.list('www-authenticate'));
    const lacksScope = () =>
      authorized &&
      challenges.some(
        ({ parameters }) => parameters.error === 'insufficient_scope',
      );
    if (
      answer.status === 401 &&
      !lacksScope() &&
      this.#login.take(challenges)
    ) {
      await answer.discard();
      ({ answer, authorized } = await this.#send(ask, signal));
      challenges = parseChallenges(answer.list('www-authenticate'));
    }
    if (ask.expected.includes(answer.status)) {
      return answer;
    }
    throw await this.refusal(answer, {
      what: ask.what,
      lacksScope: lacksScope(),
    });
  }

  /** What an answer that is no success means. */
  async refusal(
    answer: RegistryAnswer,
    about: { what: string; answeredBy?: string; lacksScope?: boolean },
  ): Promise<RegistryError> {
    return explainAnswer({
      host: this.#host,
      repository: this.#repository,
      status: answer.status,
      complaint: await answer.complaint(text => this.#login.hide(text)),
      retryAfterMs: parseRetryAfter(answer.header('retry-after'), this.#now()),
      hasLogin: this.#hasLogin,
      lacksScope: false,
      ...about,
    });
  }

  async #send(
    { method, url, headers, body }: Ask,
    signal: AbortSignal,
  ): Promise<{ answer: RegistryAnswer; authorized: boolean }> {
    const authorization = await this.#login.header(signal);
    const answer = await this.#transport.send(
      {
        method,
        url,
        headers: authorization ? { ...headers, authorization } : headers,
        body,
      },
      signal,
    );
    return { answer, authorized: authorization !== undefined };
  }
}
