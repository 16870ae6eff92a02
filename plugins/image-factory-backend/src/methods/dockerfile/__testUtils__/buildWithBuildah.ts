import { FailureEvidence } from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDockerfileParameters } from '../readDockerfileParameters';
import { SourceFolder } from './sourceFolder';

/** Runs a real build and gives what a rule would see of its failure. */
export async function buildWithBuildah(options: {
  folder: SourceFolder;
  /** A folder for images and the output. */
  work: string;
  parameters?: JsonObject;
  args?: string[];
}): Promise<FailureEvidence> {
  const { folder, work, parameters = {}, args = [] } = options;
  const { dockerfile, context } = readDockerfileParameters(parameters);
  const log = join(work, 'log');
  const output = await open(log, 'w');
  const child = spawn(
    'buildah',
    [
      `--root=${join(work, 'root')}`,
      `--runroot=${join(work, 'run')}`,
      '--storage-driver=vfs',
      'build',
      '--isolation=chroot',
      '--layers=false',
      ...args,
      `--file=${join(folder.path, dockerfile)}`,
      join(folder.path, context),
    ],
    { stdio: ['ignore', output.fd, output.fd] },
  );
  const [exitCode]: number[] = await once(child, 'exit');
  await output.close();
  return {
    step: 'build-image',
    exitCode,
    lines: (await readFile(log, 'utf8')).split('\n'),
    firstLine: 1,
    parameters,
    readSource: path =>
      existsSync(join(folder.path, path))
        ? readFileSync(join(folder.path, path), 'utf8')
        : undefined,
    listSource: path =>
      existsSync(join(folder.path, path))
        ? readdirSync(join(folder.path, path))
        : undefined,
  };
}
