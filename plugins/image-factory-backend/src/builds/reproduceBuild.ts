import {
  Build,
  Reproduction,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  BaseImage,
  BuildConfig,
} from '@image-factory/backstage-plugin-image-factory-node';
import { ArtifactStore, BuildStore } from '../database';
import { MethodRegistry } from '../methods';
import { withBuildNumber } from '../model';
import { noSuchBuild } from './noSuchBuild';
import { shellCommand } from './shellCommand';

/**
 * How to build the same on a machine of one's own.
 *
 * @throws NotFoundError
 */
export async function reproduceBuild(
  build: Build,
  rooms: {
    builds: Pick<BuildStore, 'inputs'>;
    artifacts: ArtifactStore;
    methods: MethodRegistry;
  },
): Promise<Reproduction> {
  const inputs = await rooms.builds.inputs(build.id);
  if (!inputs) throw noSuchBuild(build.id);
  const { image } = inputs.config;
  const config: BuildConfig = {
    ...inputs.config,
    image: {
      ...image,
      reference: withBuildNumber(image.reference, build.number),
    },
  };
  const bases = (await rooms.artifacts.list(build.id)).flatMap(basesOf);
  const commands = rooms.methods.get(config.method)?.reproduce?.(config, bases);
  if (!commands) {
    return {
      script: '',
      notes: [`The build method ${config.method} has no commands for this.`],
    };
  }
  const { lines, notes } = fetchSource(config);
  return {
    // Each only where the one before it went well.
    script: `${[...lines, ...commands.map(shellCommand)].join(' &&\n')}\n`,
    notes: [
      ...notes,
      ...(bases.length === 0
        ? [
            'Base images are taken as their tags are by then: this build has told no digests of any.',
          ]
        : []),
      `Docker is named; podman and buildah take the same options, but a path with a comma in it only in quotation marks of its own (--file='"a,b"'), and no digest for a FROM that names its image by a variable.`,
      'Dates within the image are those of the machine and of the moment, so its digest is another one.',
    ],
  };
}

function basesOf({
  type,
  reference,
  digest,
}: {
  type: string;
  reference?: string;
  digest?: string;
}): BaseImage[] {
  return type === 'base-image' && reference && digest
    ? [{ reference, digest }]
    : [];
}

function fetchSource({ source }: BuildConfig): {
  lines: string[];
  notes: string[];
} {
  if (source.type === 'directory') {
    return {
      lines: ['cd "${SOURCES:?has to be the folder of your copy}"'],
      notes: [
        `The sources are the directory ${source.path || '.'} of ${
          source.root
        } on the machine of the portal, which may have changed since.`,
      ],
    };
  }
  const { repository, commit, path } = source;
  return {
    lines: [
      shellCommand(['git', 'clone', '--no-checkout', repository, 'source']),
      shellCommand(['git', '-C', 'source', 'checkout', '--detach', commit]),
      shellCommand(['cd', path ? `source/${path}` : 'source']),
    ],
    notes:
      source.credentials === 'host'
        ? [
            `The portal has fetched ${repository} with a login of its own; git asks you for yours.`,
          ]
        : [],
  };
}
