import { GitSourceConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { SourceError } from '../SourceError';
import { Excess } from './FolderWatch';
import { plainRepository } from './parseGitLocation';

/** Of what there is too much in a source or in the repository that it is in. */
export function explainExcess(
  excess: Excess | 'names',
  options: { source: GitSourceConfig; maxBytes: number; maxFiles: number },
): SourceError {
  const { source, maxBytes, maxFiles } = options;
  const name = plainRepository(source.repository);
  switch (excess) {
    case 'files':
      return new SourceError(
        `${name} has more than ${maxFiles} files at commit ${source.commit}, which is more than a source may have.`,
        { hint: 'Point the source location to a smaller folder.' },
      );
    case 'names':
      return new SourceError(
        `${name} has too many files and folders at commit ${source.commit}, or names that are too long, to be read at all.`,
        {
          hint: 'Build from a smaller repository: also for one folder of it, all of its names are read.',
        },
      );
    default:
      return new SourceError(
        `${name} is larger than ${maxBytes} bytes at commit ${source.commit}, which is more than a source may have.`,
        {
          hint: 'Take large files out of the repository, or ask a portal admin to raise imageFactory.sources.maxBytes.',
        },
      );
  }
}
