import { ImageReference } from './parseImageReference';

/** The reference as one text. */
export function formatImageReference(reference: ImageReference): string {
  const { host, repository, tag, digest } = reference;
  return `${host ? `${host}/` : ''}${repository}${tag ? `:${tag}` : ''}${
    digest ? `@${digest}` : ''
  }`;
}
