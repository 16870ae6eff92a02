import {
  DefaultAzureDevOpsCredentialsProvider,
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';

/** What a host is logged in at with. */
export type GitLogin = { username: string; password: string };

/**
 * Makes logins for git of what Backstage's integrations have for APIs. Which
 * username goes with a token is each host's own rule.
 */
export class IntegrationLogins {
  readonly #integrations: ScmIntegrations;
  readonly #github: DefaultGithubCredentialsProvider;
  readonly #azure: DefaultAzureDevOpsCredentialsProvider;

  constructor(integrations: ScmIntegrations) {
    this.#integrations = integrations;
    this.#github =
      DefaultGithubCredentialsProvider.fromIntegrations(integrations);
    this.#azure =
      DefaultAzureDevOpsCredentialsProvider.fromIntegrations(integrations);
  }

  /** Whether a host has an integration of a kind that serves git. */
  knows(host: string): boolean {
    const { github, gitlab, bitbucketCloud, bitbucketServer, gitea, azure } =
      this.#integrations;
    return [github, gitlab, bitbucketCloud, bitbucketServer, gitea, azure].some(
      group => group.byHost(host) !== undefined,
    );
  }

  /** The login for a repository; undefined where its host's integration has none. */
  async find(repository: string): Promise<GitLogin | undefined> {
    const { host } = new URL(repository);
    const integrations = this.#integrations;
    if (integrations.github.byHost(host)) {
      const { token } = await this.#github.getCredentials({ url: repository });
      return withToken('x-access-token', token);
    }
    const gitlab = integrations.gitlab.byHost(host);
    if (gitlab) return withToken('oauth2', gitlab.config.token);
    const cloud = integrations.bitbucketCloud.byHost(host);
    if (cloud) {
      const { username, appPassword, token } = cloud.config;
      return username && appPassword
        ? { username, password: appPassword }
        : withToken('x-bitbucket-api-token-auth', token);
    }
    const server = integrations.bitbucketServer.byHost(host);
    if (server) {
      const { username, password, token } = server.config;
      return username && password
        ? { username, password }
        : withToken(username ?? 'x-token-auth', token);
    }
    const gitea = integrations.gitea.byHost(host);
    if (gitea) {
      const { username, password } = gitea.config;
      return username && password
        ? { username, password }
        : withToken('oauth2', password);
    }
    return integrations.azure.byHost(host)
      ? this.#findAzure(repository)
      : undefined;
  }

  async #findAzure(repository: string): Promise<GitLogin | undefined> {
    const found = await this.#azure.getCredentials({ url: repository });
    // A bearer token goes into a header of its own, which would have to be told on the command line.
    return found?.type === 'pat' ? withToken('pat', found.token) : undefined;
  }
}

function withToken(
  username: string,
  token: string | undefined,
): GitLogin | undefined {
  return token ? { username, password: token } : undefined;
}
