import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { JsonObject } from '@backstage/types';
import { join } from 'node:path';
import { pickEnvironment, runProgram } from '../executors/local';
import {
  DirectorySources,
  GitHostConfig,
  GitHosts,
  GitSources,
  SourceRoot,
  Sources,
} from '../sources';

export { runProgram };

/** What {@link createGitSources} may be told. */
export type TestGitOptions = {
  /** For what is needed while a host is asked. */
  directory: string;
  hosts?: GitHostConfig[];
  /** As under `integrations` of the app-config. */
  integrations?: JsonObject;
  git?: string;
  environment?: Record<string, string>;
  timeoutMilliseconds?: number;
  askingMilliseconds?: number;
  steady?: () => number;
  onSecret?: (value: string) => void;
  mask?: (text: string) => string;
};

/** Sources in git with the real git, from the hosts of a test. */
export async function createGitSources(
  options: TestGitOptions,
): Promise<GitSources> {
  const { directory, hosts = [], integrations = {} } = options;
  return GitSources.create({
    hosts: await GitHosts.create({
      hosts,
      integrations: ScmIntegrations.fromConfig(
        new ConfigReader({ integrations }),
      ),
      onSecret: value => {
        options.onSecret?.(value);
        return () => undefined;
      },
      steady: options.steady ?? (() => performance.now()),
    }),
    git: options.git ?? 'git',
    environment: options.environment ?? pickEnvironment(process.env),
    mask: options.mask ?? (text => text),
    run: runProgram,
    directory: join(directory, 'asking'),
    timeoutMilliseconds: options.timeoutMilliseconds ?? 60_000,
    askingMilliseconds: options.askingMilliseconds,
    steady: options.steady ?? (() => performance.now()),
  });
}

/** Sources in directories, and in git from the hosts of a test. */
export async function createSources(
  options: TestGitOptions & { roots?: SourceRoot[] },
): Promise<Sources> {
  return Sources.create({
    directories: await DirectorySources.create({ roots: options.roots ?? [] }),
    git: await createGitSources(options),
  });
}
