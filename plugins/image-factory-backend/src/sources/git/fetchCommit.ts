import { GitSourceConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../SourceError';
import { CommitFetch, FetchOptions } from './CommitFetch';
import { explainExcess } from './explainExcess';
import { FolderWatch } from './FolderWatch';
import { plainRepository } from './parseGitLocation';

/**
 * Fetches one commit and gives the folder with its files, which has no `.git`.
 *
 * @throws SourceError where the commit cannot be had
 */
export async function fetchCommit(
  options: FetchOptions & {
    /** Of the repository, and again of the source's files. */
    maxBytes: number;
    /** Aborts when the fetch has taken too long. */
    timeout: AbortSignal;
    /** How long that is, for the sentence on it. */
    timeoutMilliseconds: number;
  },
): Promise<string> {
  const { source, folder, maxBytes, maxFiles, timeout, timeoutMilliseconds } =
    options;
  const repository = join(folder, 'repository');
  const tree = join(folder, 'tree');
  await mkdir(tree, { recursive: true, mode: 0o700 });
  const watch = new FolderWatch({
    folders: [repository, tree],
    maxBytes,
    maxFiles,
  });
  const signal = AbortSignal.any([options.signal, watch.signal, timeout]);
  let isFetched = false;
  try {
    await new CommitFetch({ ...options, signal }, repository).fetch(tree);
    isFetched = true;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await watch.stop();
  }
  options.signal.throwIfAborted();
  if (watch.excess) throw explainExcess(watch.excess, options);
  if (!isFetched) {
    throw explainTimeout(source, timeoutMilliseconds);
  }
  await rm(repository, { recursive: true, force: true });
  return realpath(tree);
}

/** The host, or this machine, is too slow. */
export function explainTimeout(
  source: GitSourceConfig,
  milliseconds: number,
): SourceError {
  return new SourceError(
    `${plainRepository(source.repository)} was not fetched within ${
      milliseconds / 1000
    } s.`,
    {
      class: 'infrastructure',
      hint: 'The build is tried again by itself. If it stays so, check the network of the portal, or ask a portal admin to raise imageFactory.sources.git.timeout.',
    },
  );
}
