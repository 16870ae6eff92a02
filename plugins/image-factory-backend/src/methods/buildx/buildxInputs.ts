import { JsonObject } from '@backstage/types';
import { dockerfileInputs } from '../dockerfile';

const PLATFORMS = 10;

/** The parameters of the buildx method. */
export const buildxInputs: JsonObject = {
  ...dockerfileInputs,
  properties: {
    ...(dockerfileInputs.properties as JsonObject),
    platforms: {
      type: 'array',
      title: 'Platforms',
      description:
        'Platforms to build for, such as linux/amd64 and linux/arm64; that of the node where this is empty. The commands of RUN need a node that can run programs of each.',
      maxItems: PLATFORMS,
      default: [],
      items: {
        type: 'string',
        maxLength: 50,
        pattern: '^linux/[a-z0-9_]+(/[a-z0-9.]+)?$',
        description:
          'A platform is written as linux/amd64, or with a variant as linux/arm/v7.',
      },
    },
    'platform-strategy': {
      type: 'string',
      title: 'How platforms are built',
      description:
        'single-pod builds all of them in one place, where the commands of RUN are emulated for those that the node is not of. native builds each on nodes of its own, at once, and makes one index of their images; it needs a cluster with nodes of each.',
      enum: ['single-pod', 'native'],
      default: 'single-pod',
    },
  },
};
