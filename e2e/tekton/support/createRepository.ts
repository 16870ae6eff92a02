import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  GitRepository,
  TEST_GIT_ENVIRONMENT,
} from '../../../plugins/image-factory-backend/src/__testUtils__/GitRepository';
import { LocalServices } from '../../cluster/ClusterDescription';

/** A private repository of the cluster's git server, with these files on its branch main. */
export async function createRepository(
  { url, repositories }: LocalServices['git'],
  name: string,
  files: Record<string, string | Buffer>,
): Promise<GitRepository> {
  const directory = join(repositories, `${name}.git`);
  mkdirSync(directory, { recursive: true });
  await promisify(execFile)(
    'git',
    ['init', '--quiet', '--bare', '--initial-branch=main', directory],
    { env: TEST_GIT_ENVIRONMENT },
  );
  const repository = new GitRepository({ url: `${url}/${name}`, directory });
  await repository.commit(files);
  return repository;
}
