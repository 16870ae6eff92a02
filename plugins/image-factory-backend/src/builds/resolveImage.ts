import { ImageTarget } from '@image-factory/backstage-plugin-image-factory-node';
import { NUMBER_PLACEHOLDER } from '../model';
import {
  checkImageTarget,
  formatImageReference,
  parseImageReference,
  RegistrySettings,
} from '../registry';

/** The image that a build will make, or why there can be none such. Paths are JSON pointers into the request. */
export type ResolvedImage =
  | { target: ImageTarget }
  | { problems: { path: string; message: string }[] };

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** As long as any number, so that a tag with the real one is not too long. */
const SAMPLE_NUMBER = '0000000000';

const SHORT_COMMIT = 7;

/**
 * Checks an image reference and further tags. A reference without a tag gets
 * the build's number for one, with the short commit where there is one; in a
 * tag, the placeholder stands for the number.
 */
export function resolveImage(options: {
  image: string;
  tags?: string[];
  /** Whose build it is. */
  tenant: string;
  registries: RegistrySettings[];
  /** The full hash of what is built, where it is a commit. */
  commit?: string;
}): ResolvedImage {
  const { image, tags = [], tenant, registries, commit } = options;
  const problems: { path: string; message: string }[] = [];
  tags.forEach((tag, index) => {
    if (!TAG.test(tag)) {
      problems.push({
        path: `/tags/${index}`,
        message: `${JSON.stringify(
          tag,
        )} is not a tag. A tag has up to 128 letters, digits, underscores, dots and dashes, and begins with none of the last two.`,
      });
    }
  });
  const colon = image.lastIndexOf(':');
  const tagStart = colon > image.lastIndexOf('/') ? colon + 1 : image.length;
  if (image.slice(0, tagStart).includes(NUMBER_PLACEHOLDER)) {
    problems.push({
      path: '/image',
      message: `${NUMBER_PLACEHOLDER} may stand in the tag only, so that all builds of an image are in one repository. Write ${NUMBER_PLACEHOLDER} behind the colon.`,
    });
    return { problems };
  }
  const parsed = parseImageReference(
    image.slice(0, tagStart) +
      image.slice(tagStart).replaceAll(NUMBER_PLACEHOLDER, SAMPLE_NUMBER),
  );
  if (!parsed.ok) {
    problems.push({ path: '/image', message: parsed.problem });
    return { problems };
  }
  const { reference } = parsed;
  const target = checkImageTarget(reference, { registries, tenant });
  if ('problem' in target) {
    problems.push({ path: '/image', message: target.problem });
    return { problems };
  }
  if (problems.length > 0) return { problems };
  return {
    target: {
      reference: reference.tag
        ? image
        : `${formatImageReference(reference)}:${defaultTag(commit)}`,
      tags: [...new Set(tags)],
      delivery: target.delivery,
    },
  };
}

function defaultTag(commit: string | undefined): string {
  return commit === undefined
    ? NUMBER_PLACEHOLDER
    : `${NUMBER_PLACEHOLDER}-${commit.slice(0, SHORT_COMMIT)}`;
}
