/** An image reference in its parts, as the distribution specification names them. */
export type ImageReference = {
  /** With the port, such as `localhost:5000`; undefined where the reference names no registry. */
  host?: string;
  /** Without the host, such as `team/app`. */
  repository: string;
  tag?: string;
  /** Such as `sha256:…`. */
  digest?: string;
};

/** The reference, or a sentence on what is wrong with it and what to write. */
export type ParsedImageReference =
  | { ok: true; reference: ImageReference }
  | { ok: false; problem: string };

const MAX_NAME = 255;
const HOST =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]{1,5})?$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST =
  /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const DIGEST_LENGTHS: Record<string, number> = {
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

/**
 * Parses an image reference by the grammar of the distribution specification.
 * The first part is a registry's host where it has a dot or a port, is
 * `localhost`, or has capitals; else it is a part of the repository.
 */
export function parseImageReference(text: string): ParsedImageReference {
  if (text === '') {
    return refuse(
      'The image reference is empty. Write one such as "team/app:1.0".',
    );
  }
  if (/\s/.test(text)) {
    return refuse(
      `The image reference ${quote(text)} contains white space. Remove it.`,
    );
  }
  const at = text.indexOf('@');
  const beforeDigest = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const colon = beforeDigest.lastIndexOf(':');
  const hasTag = colon > beforeDigest.lastIndexOf('/');
  const name = hasTag ? beforeDigest.slice(0, colon) : beforeDigest;
  const tag = hasTag ? beforeDigest.slice(colon + 1) : undefined;

  const { host, repository } = splitHost(name);
  const problem =
    findSchemeProblem(text) ??
    findHostProblem(host) ??
    findRepositoryProblem(repository, host) ??
    findTagProblem(tag) ??
    findDigestProblem(digest);
  if (problem) {
    return refuse(problem);
  }
  return {
    ok: true,
    reference: {
      ...(host === undefined ? {} : { host }),
      repository,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    },
  };
}

function splitHost(name: string): { host?: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost =
    /[.:]/.test(first) ||
    first === 'localhost' ||
    (first !== '' && first !== first.toLowerCase());
  return isHost
    ? { host: first, repository: name.slice(slash + 1) }
    : { repository: name };
}

function findSchemeProblem(text: string): string | undefined {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text);
  return scheme
    ? `The image reference ${quote(text)} begins with ${quote(
        scheme[0],
      )}. Write it without, such as "registry.example.com/team/app".`
    : undefined;
}

function findHostProblem(host: string | undefined): string | undefined {
  if (host === undefined) {
    return undefined;
  }
  const port = /:([0-9]+)$/.exec(host)?.[1];
  if (!HOST.test(host) || (port !== undefined && Number(port) > 65_535)) {
    return `${quote(
      host,
    )} is not the host of a registry. Write a host name or address and, where needed, a port, such as "registry.example.com:5000".`;
  }
  return undefined;
}

function findRepositoryProblem(
  repository: string,
  host: string | undefined,
): string | undefined {
  if (repository === '') {
    return host === undefined
      ? 'The image reference has no repository before its tag or digest. Write one such as "team/app:1.0".'
      : `The image reference names the host ${quote(
          host,
        )} and no repository. Write one after it, such as "${host}/team/app".`;
  }
  if (repository !== repository.toLowerCase()) {
    return `The repository ${quote(
      repository,
    )} has capitals; registries take lower case only. Write ${quote(
      repository.toLowerCase(),
    )}.`;
  }
  const wrong = repository
    .split('/')
    .find(component => !PATH_COMPONENT.test(component));
  if (wrong === '') {
    return `The repository ${quote(
      repository,
    )} has an empty part. Write one "/" between two parts and none at the ends.`;
  }
  if (wrong !== undefined) {
    return `${quote(
      wrong,
    )} is not allowed in a repository: parts are of lower-case letters and digits, with ".", "_", "__" or "-" only between them.`;
  }
  const length = repository.length + (host ? host.length + 1 : 0);
  if (length > MAX_NAME) {
    return `The name of the image is ${length} characters long; at most ${MAX_NAME} are allowed.`;
  }
  return undefined;
}

function findTagProblem(tag: string | undefined): string | undefined {
  if (tag === undefined || TAG.test(tag)) {
    return undefined;
  }
  if (tag.length > 128) {
    return `The tag is ${tag.length} characters long; at most 128 are allowed.`;
  }
  return `${quote(
    tag,
  )} is not a tag: a tag is of letters, digits, "_", "." and "-", and does not begin with "." or "-".`;
}

function findDigestProblem(digest: string | undefined): string | undefined {
  if (digest === undefined) {
    return undefined;
  }
  const [algorithm, encoded = ''] = digest.split(':');
  const wanted = DIGEST_LENGTHS[algorithm];
  if (
    !DIGEST.test(digest) ||
    (wanted !== undefined && !new RegExp(`^[0-9a-f]{${wanted}}$`).test(encoded))
  ) {
    return `${quote(
      digest,
    )} is not a digest. Write an algorithm and its hexadecimal value, such as "sha256:" and 64 digits.`;
  }
  return undefined;
}

function refuse(problem: string): ParsedImageReference {
  return { ok: false, problem };
}

function quote(text: string): string {
  return `"${text.length > 100 ? `${text.slice(0, 100)}…` : text}"`;
}
