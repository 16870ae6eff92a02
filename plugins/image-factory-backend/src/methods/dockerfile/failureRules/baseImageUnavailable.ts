import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { describeLocation, locationMembers } from './describeLocation';
import { locateInstruction } from './locateInstruction';
import { findToolError } from './toolError';

const PULLING =
  /creating build container|initializing source|unable to copy from source|failed to resolve source metadata|pull access denied|short-name/i;

type Cause = {
  pattern: RegExp;
  class: Failure['class'];
  why: string;
  hint: string;
};

/** Looked for in this order: a registry that denies says so together with the address that it was asked at. */
const CAUSES: Cause[] = [
  {
    pattern: /invalid reference format/i,
    class: 'user',
    why: 'is not an image reference',
    hint: 'Write it as "registry/path:tag", in lower case and with one tag.',
  },
  {
    pattern: /short-name|no unqualified-search registries/i,
    class: 'user',
    why: 'names no registry, and none is set to be searched',
    hint: 'Write it with its registry, such as "docker.io/library/" before the name.',
  },
  {
    pattern:
      /unauthorized|authentication required|access to the resource is denied|pull access denied|forbidden|denied:/i,
    class: 'user',
    why: 'was denied by its registry: it does not exist, or needs a sign-in',
    hint: 'Check its name and tag. A private image needs credentials where the build runs.',
  },
  {
    pattern: /manifest unknown|name unknown|not found|status code 404/i,
    class: 'user',
    why: 'is not in its registry',
    hint: 'Check its name and tag for typing errors, and that the tag was not removed.',
  },
  {
    pattern:
      /no image found in (manifest list|image index)|no match for platform/i,
    class: 'user',
    why: 'is not there for the platform that is built for',
    hint: 'Choose a base image that has this platform.',
  },
  {
    pattern: /x509|certificate|tls:/i,
    class: 'infrastructure',
    why: "could not be pulled: its registry's certificate is not trusted",
    hint: 'Let the portal trust the certificate authority: as the caFile of the registry under imageFactory.registries, or by SSL_CERT_FILE.',
  },
  {
    pattern:
      /no such host|connection refused|i\/o timeout|timeout|network is unreachable|no route to host|connection reset|temporary failure|EOF|status code 5\d\d|toomanyrequests|429/i,
    class: 'infrastructure',
    why: 'could not be pulled: its registry does not answer',
    hint: 'Check the network and the proxy settings of the machine that builds. The build is tried again by itself.',
  },
];

/** The base image of a stage cannot be had. */
export const baseImageUnavailable: FailureRule = {
  id: 'docker-base-image-unavailable',
  explain(evidence) {
    const error = findToolError(evidence);
    if (!error || !PULLING.test(error.text)) {
      return undefined;
    }
    // Without the address it was asked at, which could hold any of the words.
    const words = error.text.replace(/"?https?:\/\/\S+/g, '');
    const cause = CAUSES.find(({ pattern }) => pattern.test(words));
    if (!cause) {
      return undefined;
    }
    const located = locateInstruction(evidence);
    const image = /^FROM\s+(?:--\S+\s+)*(\S+)/i.exec(
      located?.instruction.text ?? '',
    )?.[1];
    return {
      class: cause.class,
      message: `${describeLocation(located)}: the base image ${
        image ? `"${image}" ` : ''
      }${cause.why}.`,
      ...locationMembers(located),
      hint: cause.hint,
      evidenceLine: error.line,
    };
  },
};
