import { SourceError } from '../SourceError';
import { diskFull, GitAsker } from './explainFolderFailure';
import { plainRepository } from './parseGitLocation';

/** What was asked of a host. */
export type GitQuestion = {
  repository: string;
  /** As asked for; undefined for the default branch. */
  ref?: string;
  /** Whether a login went with it: `withheld` where the entity may not use the portal's. */
  login: 'used' | 'missing' | 'withheld';
  asker: GitAsker;
};

type Explanation = {
  pattern: RegExp;
  explain(question: GitQuestion, match: RegExpExecArray): SourceError;
};

const CHECK_LOCATION =
  'Check the annotation backstage.io/source-location in its catalog-info.yaml.';

/** Where nothing is wrong with the request. */
const WAY_ON: Record<GitAsker, string> = {
  build:
    'Try again; if it stays so, ask whoever runs the host. A build is tried again by itself.',
  submit: 'Submit again in a while; if it stays so, ask whoever runs the host.',
};

const WAY_TO_HOST: Record<GitAsker, string> = {
  build:
    'Check the name of the host in the source location, and the network and proxy settings of the portal. A build is tried again by itself.',
  submit:
    'Check the name of the host in the source location, and the network and proxy settings of the portal; submit again once the host answers.',
};

/** What git says, in the words of its own and of both libraries for TLS that it is built with. The first that fits explains. */
const EXPLANATIONS: Explanation[] = [
  {
    pattern: /could not read Username|could not read Password/,
    explain: question => refused(question),
  },
  {
    pattern: /Authentication failed for|requested URL returned error: 40[13]/,
    explain: question => refused(question),
  },
  {
    pattern:
      /repository '[^']*' not found|requested URL returned error: 4(04|10)|not valid: is this a git repository\?/,
    explain: ({ repository, login }) =>
      new SourceError(
        `There is no repository at ${plainRepository(repository)}${
          login === 'used' ? ", or the portal's login may not see it" : ''
        }.`,
        { hint: CHECK_LOCATION },
      ),
  },
  {
    pattern: /requested URL returned error: 3\d\d|unable to update url base/,
    explain: ({ repository }) =>
      new SourceError(
        `${hostOf(repository)} sends whoever asks for ${plainRepository(
          repository,
        )} elsewhere, which is not followed. The repository may have been renamed or moved.`,
        {
          hint: 'Write its new place into the annotation backstage.io/source-location in its catalog-info.yaml.',
        },
      ),
  },
  {
    pattern: /requested URL returned error: (429|5\d\d)|RPC failed; HTTP (\d+)/,
    explain: ({ repository, asker }, [, status, other]) =>
      new SourceError(
        `${hostOf(repository)} has answered ${
          status ?? other
        } instead of the repository ${plainRepository(repository)}.`,
        { class: 'infrastructure', hint: WAY_ON[asker] },
      ),
  },
  {
    pattern:
      /does not match target host name|no alternative certificate subject name/,
    explain: ({ repository }) =>
      new SourceError(
        `The certificate that ${hostOf(
          repository,
        )} shows is for another host, so it may not be the host that it says it is.`,
        {
          class: 'infrastructure',
          hint: 'Ask whoever runs the host for a certificate with its name, or correct the name in the source location.',
        },
      ),
  },
  {
    pattern:
      /certificate verification failed|SSL certificate problem|certificate has expired|unable to get local issuer/i,
    explain: ({ repository }) =>
      new SourceError(
        `The certificate of ${hostOf(
          repository,
        )} is not signed by an authority that the portal knows, or it is no longer valid.`,
        {
          class: 'infrastructure',
          hint: `Ask a portal admin to name its authority's certificate as caFile of ${hostOf(
            repository,
          )} under imageFactory.sources.git.hosts.`,
        },
      ),
  },
  {
    pattern:
      /Could not resolve (host|proxy)|Failed to connect|Connection (refused|timed out|reset)|Operation too slow|timed out|Couldn't connect|Empty reply|hung up unexpectedly|unexpected disconnect|early EOF|RPC failed|unable to access/i,
    explain: ({ repository, asker }, [what]) =>
      new SourceError(
        `${hostOf(repository)} could not be reached, or broke off (${what}).`,
        {
          class: 'infrastructure',
          hint: WAY_TO_HOST[asker],
        },
      ),
  },
  {
    pattern: /No space left on device|Disk quota exceeded/i,
    explain: ({ asker }) => diskFull(asker),
  },
];

/** What git's last words mean. */
export function explainGitFailure(
  output: string,
  question: GitQuestion,
): SourceError {
  for (const { pattern, explain } of EXPLANATIONS) {
    const match = pattern.exec(output);
    if (match) return explain(question, match);
  }
  return new SourceError(
    `Git could not get ${plainRepository(question.repository)}: ${lastWords(
      output,
    )}`,
    { class: 'infrastructure', hint: WAY_ON[question.asker] },
  );
}

function refused({ repository, login }: GitQuestion): SourceError {
  const host = hostOf(repository);
  const name = plainRepository(repository);
  switch (login) {
    case 'used':
      return new SourceError(
        `${host} refuses the portal's login for ${name}.`,
        {
          hint: `Ask a portal admin to check the login of ${host} (under integrations or imageFactory.sources.git.hosts), and whether it may read this repository.`,
        },
      );
    case 'missing':
      return new SourceError(
        `${host} asks for a login for ${name}, and the portal has none for it: the repository is private, or does not exist.`,
        {
          hint: `Check its name in the source location, or ask a portal admin to configure a login of ${host} (under integrations or imageFactory.sources.git.hosts).`,
        },
      );
    default:
      return new SourceError(
        `${host} asks for a login for ${name}, and the portal gives its own only to entities that the catalog has read from this same repository, which this one was not: whoever writes an entity could read any repository else.`,
        {
          hint: 'Register the catalog-info.yaml of this repository itself, or check the name of the repository in the source location.',
        },
      );
  }
}

function hostOf(repository: string): string {
  return new URL(repository).host;
}

function lastWords(output: string): string {
  const lines = output.split(/[\r\n]+/).filter(line => line.trim() !== '');
  const line =
    lines.findLast(each => /^(fatal|error): /.test(each)) ?? lines.at(-1);
  return line
    ? line.replace(/\p{Cc}/gu, ' ').slice(0, 300)
    : 'it said nothing.';
}
