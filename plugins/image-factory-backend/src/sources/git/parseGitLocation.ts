import gitUrlParse from 'git-url-parse';
import { posix } from 'node:path';
import { findReferenceProblem } from './findReferenceProblem';
import { quoteText } from './quoteText';

/** A place in a git repository, as the URL of a source location tells it. */
export type GitLocation = {
  /** The URL to clone from: https, and without a login in it. */
  repository: string;
  /** With its port where that is not 443. */
  host: string;
  /** Undefined where the URL is the repository's own. */
  ref: string | undefined;
  /** The folder, without slashes at its ends; empty for the root. */
  path: string;
};

/** A {@link GitLocation}, or a sentence on why a URL is none. */
export type ParsedGitLocation =
  | ({ ok: true } & GitLocation)
  | { ok: false; problem: string };

const LONGEST = 2_000;
const UNPRINTABLE = /[\p{Cc}\p{Cs}\s\\\u202a-\u202e\u2066-\u2069]/u;

/** A repository whose end is marked, so that no name in it is taken for the page of a folder. */
const MARKED = /^\/.*?[^/]\.git(?=\/|$)/;

/** How hosts write the page of a folder or file; Gitea says of the ref what it is. */
const PAGE =
  /^\/(?:-\/)?(tree|blob|raw|edit|src)\/(?:(?:branch|tag|commit)\/(?=[^/]+\/))?([^/]+)(?:\/(.*))?$/;

/** How Bitbucket Server writes its pages, which lie elsewhere than what is cloned. */
const BITBUCKET_SERVER = /^\/(?:projects|users)\/[^/]+\/repos\/[^/]+(?:\/|$)/;

/**
 * Reads the URL of a source location as Backstage writes it, or that of a repository itself.
 *
 * @param isBitbucketServer - whether a host is one: on any other, a path that only looks like its pages is somebody's own folder
 */
export function parseGitLocation(
  target: string,
  isBitbucketServer: (host: string) => boolean,
): ParsedGitLocation {
  const shown = quoteText(target);
  const fail = (problem: string) => ({ ok: false as const, problem });
  if (target.length > LONGEST || UNPRINTABLE.test(target)) {
    return fail(
      `The source location ${shown} is too long, or has spaces or control characters in it. Correct the annotation backstage.io/source-location.`,
    );
  }
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url?.protocol !== 'https:') {
    return fail(
      `The source location ${shown} is not an https URL, and sources come over https only. Write it as url:https://host/team/app in the annotation backstage.io/source-location.`,
    );
  }
  if (url.username || url.password) {
    // Not quoted: it holds a login.
    return fail(
      `The source location on ${url.host} has a login in its URL. Take it out of the annotation backstage.io/source-location and change the password: a portal admin configures logins.`,
    );
  }
  try {
    const location = splitLocation(url, isBitbucketServer(url.host));
    const problem = location.ref && findReferenceProblem(location.ref);
    if (problem) {
      return fail(`In the source location ${shown}: ${problem}`);
    }
    return isUsable(location)
      ? { ok: true, ...location }
      : fail(
          `The source location ${shown} does not name a folder of a repository. Write it as url:https://host/team/app/tree/main/folder/ in the annotation backstage.io/source-location.`,
        );
  } catch {
    return fail(
      `The source location ${shown} cannot be read as the URL of a repository. Write it as url:https://host/team/app in the annotation backstage.io/source-location.`,
    );
  }
}

/** Whether two URLs to clone from are of one repository. */
export function isSameRepository(one: string, other: string): boolean {
  return plainRepository(one) === plainRepository(other);
}

/** The repository as a reader knows it, such as `git.example.com/team/app`. */
export function plainRepository(repository: string): string {
  const { host, pathname } = new URL(repository);
  return host + pathname.replace(/\/+$/, '').replace(/\.git$/, '');
}

function splitLocation(url: URL, isBitbucketServer: boolean): GitLocation {
  const { host, origin, pathname } = url;
  const marked = MARKED.exec(pathname)?.[0];
  const parsed = marked ? undefined : gitUrlParse(url.href);
  const repository = marked
    ? origin + marked
    : new URL(parsed?.toString('https') ?? '').href.replace(/\/+$/, '');
  if (new URL(repository).origin !== origin) {
    throw new Error('The repository is on another host');
  }
  const isPage = isBitbucketServer && BITBUCKET_SERVER.test(pathname);
  if (!isPage && !liesIn(pathname, new URL(repository).pathname)) {
    throw new Error('The URL is of no place in the repository');
  }
  const below = pathname.slice(new URL(repository).pathname.length);
  const page = PAGE.exec(below);
  if (page && (origin + pathname).startsWith(`${repository}/`)) {
    const [, type, ref, path = ''] = page;
    return {
      repository,
      host,
      ref: decodeURIComponent(ref),
      path: folderOf(decodeURIComponent(path), type),
    };
  }
  // Azure and Bitbucket Server have the ref and the path in the query or elsewhere.
  return {
    repository,
    host,
    ref: parsed?.ref || undefined,
    path: folderOf(parsed?.filepath ?? '', parsed?.filepathtype ?? ''),
  };
}

/** By whole names, so that no name that is written otherwise stands for two. */
function liesIn(pathname: string, repository: string): boolean {
  const [names, wanted] = [pathname, repository].map(path =>
    path.split('/').map(decodeURIComponent),
  );
  return wanted.every((name, index) => names[index] === name);
}

/** The entity's own file stands for its folder, where there is no better source location. */
function folderOf(path: string, type: string): string {
  const isFile =
    !path.endsWith('/') && (type === 'blob' || /\.ya?ml$/.test(path));
  const folder = isFile ? posix.dirname(path) : path;
  return folder.split('/').filter(Boolean).join('/').replace(/^\.$/, '');
}

function isUsable({ repository, path }: GitLocation): boolean {
  const name = new URL(repository).pathname;
  return (
    /[^/]/.test(name.replace(/\.git$/, '')) &&
    !/%(?:2f|5c|[01][0-9a-f]|7f)/i.test(name) &&
    !UNPRINTABLE.test(path.replaceAll(' ', '')) &&
    !path
      .split('/')
      .some(part => ['.', '..', '.git'].includes(part.toLowerCase()))
  );
}
