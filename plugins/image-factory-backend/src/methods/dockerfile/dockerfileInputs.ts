import { JsonObject } from '@backstage/types';

const PATH_LENGTH = 500;
const VALUE_LENGTH = 4096;
const ENTRIES = 100;

/** The parameters that all methods have which build from a Dockerfile; what `readDockerfileParameters` reads. */
export const dockerfileInputs: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    'dockerfile-path': {
      type: 'string',
      title: 'Dockerfile',
      description:
        'Path of the Dockerfile from the root of the source. Just "Dockerfile" means the one in the build context.',
      default: 'Dockerfile',
      minLength: 1,
      maxLength: PATH_LENGTH,
    },
    'context-path': {
      type: 'string',
      title: 'Build context',
      description:
        'Folder whose files the Dockerfile may copy, from the root of the source.',
      default: '.',
      minLength: 1,
      maxLength: PATH_LENGTH,
    },
    target: {
      type: 'string',
      title: 'Target stage',
      description:
        'Stage of the Dockerfile to build; the last one where this is left out. Letters, digits, "-", "_" and "." are allowed.',
      minLength: 1,
      maxLength: 128,
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
    },
    'build-args': {
      type: 'object',
      title: 'Build arguments',
      description:
        'Values for the ARG instructions of the Dockerfile. They can be read from the image: no secrets here.',
      maxProperties: ENTRIES,
      default: {},
      propertyNames: {
        maxLength: 128,
        pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
        description:
          'Letters, digits and "_" are allowed, and no digit first, such as NODE_VERSION.',
      },
      additionalProperties: { type: 'string', maxLength: VALUE_LENGTH },
    },
    labels: {
      type: 'object',
      title: 'Labels',
      description:
        'Labels of the image, such as org.opencontainers.image.title.',
      maxProperties: ENTRIES,
      default: {},
      propertyNames: {
        maxLength: 255,
        pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]*$',
        description:
          'Letters, digits, ".", "_", "-" and "/" are allowed, with a letter or digit first.',
      },
      additionalProperties: { type: 'string', maxLength: VALUE_LENGTH },
    },
    'no-cache': {
      type: 'boolean',
      title: 'Build without the cache',
      description:
        "Carries out every instruction anew, and takes no layer of an earlier build. Changes nothing on the portal's machine with Podman or Buildah, which keep no layers there.",
      default: false,
    },
  },
};
