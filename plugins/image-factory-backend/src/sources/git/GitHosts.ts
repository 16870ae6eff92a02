import { ScmIntegrations } from '@backstage/integration';
import { readFile } from 'node:fs/promises';
import { SourceError } from '../SourceError';
import { GitLogin, IntegrationLogins } from './IntegrationLogins';
import { plainRepository } from './parseGitLocation';
import { OnSecret, RecentTokens } from './RecentTokens';

/** A host as `imageFactory.sources.git.hosts` has it. */
export type GitHostConfig = {
  /** With its port where that is not 443. */
  host: string;
  username?: string;
  password?: string;
  /** The certificates of the authorities that the host's own is checked with. */
  caFile?: string;
};

/** A host that sources may come from. */
export type GitHost = {
  /** With its port where that is not 443. */
  host: string;
  caFile: string | undefined;
  /** Whether the host sends those elsewhere who leave `.git` out of a repository's URL. */
  needsSuffix: boolean;
};

/**
 * The hosts that sources may come from, with the logins that are for each of
 * them and for no other: those of Backstage's integrations, and those that are
 * named for Image Factory alone.
 */
export class GitHosts {
  readonly #configured: Map<string, GitHostConfig>;
  readonly #integrations: ScmIntegrations;
  readonly #logins: IntegrationLogins;
  readonly #tokens: RecentTokens;

  /** @throws Error where a host cannot be used as it is configured: the operator's mistake. */
  static async create(options: {
    hosts: GitHostConfig[];
    integrations: ScmIntegrations;
    /** Gets every password that is known, so that it can be kept out of logs. */
    onSecret: OnSecret;
    /** Milliseconds of a clock that nobody can set. */
    steady: () => number;
  }): Promise<GitHosts> {
    const configured = new Map<string, GitHostConfig>();
    for (const each of options.hosts) {
      const host = await checkHost(each);
      if (configured.has(host)) {
        throw new Error(
          `imageFactory.sources.git.hosts names '${host}' twice; take one out`,
        );
      }
      configured.set(host, { ...each, host });
      if (each.password !== undefined) options.onSecret(each.password);
    }
    return new GitHosts({ ...options, configured });
  }

  private constructor(options: {
    configured: Map<string, GitHostConfig>;
    integrations: ScmIntegrations;
    onSecret: OnSecret;
    steady: () => number;
  }) {
    this.#configured = options.configured;
    this.#integrations = options.integrations;
    this.#logins = new IntegrationLogins(options.integrations);
    this.#tokens = new RecentTokens(options.onSecret, options.steady);
  }

  /** The host, or undefined where sources may not come from it. */
  find(host: string): GitHost | undefined {
    const configured = this.#configured.get(host);
    if (!configured && !this.#logins.knows(host)) return undefined;
    return {
      host,
      caFile: configured?.caFile,
      needsSuffix: this.#integrations.gitlab.byHost(host) !== undefined,
    };
  }

  /** Whether the host's pages are written as Bitbucket Server writes them. */
  isBitbucketServer(host: string): boolean {
    return this.#integrations.bitbucketServer.byHost(host) !== undefined;
  }

  /** Why sources may not come from a host that {@link find} does not find. */
  explainUnknown(host: string): SourceError {
    const integration = this.#integrations.byHost(host);
    return integration
      ? new SourceError(
          `Sources may not come from ${host}: integrations of the type ${integration.type} are not supported for sources.`,
          {
            hint: 'Ask a portal admin to name it under imageFactory.sources.git.hosts in app-config.yaml, or correct the source location.',
          },
        )
      : new SourceError(
          `Sources may not come from ${host}: it is not among the hosts of this portal.`,
          {
            hint: 'Ask a portal admin to name it under integrations or imageFactory.sources.git.hosts in app-config.yaml, or correct the source location.',
          },
        );
  }

  /**
   * The login for a repository; undefined where there is none for its host.
   *
   * @throws SourceError where one is to be had and cannot be got
   */
  async login(repository: string): Promise<GitLogin | undefined> {
    const { host } = new URL(repository);
    const { username, password } = this.#configured.get(host) ?? {};
    if (username !== undefined && password !== undefined) {
      return { username, password };
    }
    let login: GitLogin | undefined;
    try {
      login = await this.#logins.find(repository);
    } catch (error) {
      throw new SourceError(
        `The login for ${host} could not be got from Backstage's integration: ${error}.`,
        {
          class: 'infrastructure',
          hint: `Try again; if it stays so, ask a portal admin to check ${host} under integrations in app-config.yaml.`,
        },
      );
    }
    if (login) this.#tokens.keep(plainRepository(repository), login.password);
    return login;
  }
}

/** Gives the host as URLs have it. */
async function checkHost(config: GitHostConfig): Promise<string> {
  const { host, username, password, caFile } = config;
  const where = `imageFactory.sources.git.hosts: '${host}'`;
  const url = `https://${host}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || parsed.href !== `https://${parsed.host}/` || /\s/.test(host)) {
    throw new Error(
      `${where} is not a host. Write it as git.example.com, or git.example.com:8443`,
    );
  }
  if ((username === undefined) !== (password === undefined)) {
    throw new Error(
      `${where} has ${
        username === undefined ? 'a password' : 'a username'
      } alone. Give both of them, or neither`,
    );
  }
  if (caFile !== undefined) {
    const content = await readFile(caFile, 'utf8').catch(() => '');
    if (!content.includes('BEGIN CERTIFICATE')) {
      throw new Error(
        `${where}: caFile is no file with certificates in PEM form that can be read: ${caFile}`,
      );
    }
  }
  return parsed.host;
}
