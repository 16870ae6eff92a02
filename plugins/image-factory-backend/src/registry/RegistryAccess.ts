import { setTimeout as delay } from 'node:timers/promises';
import { SilenceLimits } from './client/createRegistryAgent';
import { RegistryClient } from './client/RegistryClient';
import { RegistryError } from './client/RegistryError';
import { RegistryTransport } from './client/RegistryTransport';
import { retry, RetryPolicy, RetryTools } from './client/retry';
import { encodeLogin } from './encodeLogin';
import { RegistrySettings } from './RegistrySettings';

const RETRIES: RetryPolicy = {
  tries: 5,
  firstDelayMs: 1_000,
  maxDelayMs: 60_000,
};
const LIMITS: SilenceLimits = { connectMs: 15_000, silentMs: 120_000 };

/** Something that failed, and will be tried again. */
export type RetryEvent = { type: 'retry'; problem: string; delayMs: number };

export type RegistryAccessOptions = {
  registries: RegistrySettings[];
  /** For the variables of a proxy. */
  environment: NodeJS.ProcessEnv;
  now: () => Date;
  /** From 0 to below 1. */
  random: () => number;
  delay?: RetryTools['delay'];
  retries?: RetryPolicy;
  limits?: SilenceLimits;
  /** Is told every text that must not be in any log. */
  onSecret?(value: string): void;
};

/** The way to the registries that the operator has named: with their logins, and again where it may go well a little later. */
export class RegistryAccess {
  readonly #options: RegistryAccessOptions;
  readonly #retryTools: RetryTools;

  static create(options: RegistryAccessOptions): RegistryAccess {
    for (const { login } of options.registries) {
      if (login) {
        options.onSecret?.(login.password);
        options.onSecret?.(encodeLogin(login));
      }
    }
    return new RegistryAccess(options);
  }

  private constructor(options: RegistryAccessOptions) {
    this.#options = options;
    this.#retryTools = {
      policy: options.retries ?? RETRIES,
      random: options.random,
      delay:
        options.delay ??
        ((milliseconds, signal) => delay(milliseconds, undefined, { signal })),
    };
  }

  get registries(): RegistrySettings[] {
    return this.#options.registries;
  }

  /**
   * Works with one repository; the connections to it are closed after.
   *
   * @throws RegistryError
   */
  async open<T>(
    { host, repository }: { host: string; repository: string },
    work: (client: RegistryClient) => Promise<T>,
  ): Promise<T> {
    const registry = this.#find(host);
    const transport = RegistryTransport.create({
      ca: registry.ca,
      limits: this.#options.limits ?? LIMITS,
      environment: this.#options.environment,
    });
    try {
      return await work(
        new RegistryClient({
          host,
          repository,
          login: registry.login,
          transport,
          now: this.#options.now,
        }),
      );
    } finally {
      await transport.close();
    }
  }

  /** What tries a request again where that may help. */
  persistently(options: {
    signal: AbortSignal;
    onEvent(event: RetryEvent): Promise<void>;
  }) {
    return <T>(work: () => Promise<T>) =>
      retry(work, {
        ...this.#retryTools,
        signal: options.signal,
        onRetry: ({ message }, delayMs) =>
          options.onEvent({ type: 'retry', problem: message, delayMs }),
      });
  }

  #find(host: string): RegistrySettings {
    const registry = this.#options.registries.find(
      candidate => candidate.host === host,
    );
    if (!registry) {
      throw new RegistryError({
        class: 'user',
        message: `Images may not be pushed to "${host}" any more.`,
        hint: 'A portal admin names it under imageFactory.registries, or the image is given another host.',
      });
    }
    return registry;
  }
}
