import { join } from 'node:path';
import { Problem } from './Problem';

const COMMANDS = ['up', 'status', 'down', 'prepare'] as const;
const USAGE =
  'use `npm run cluster -- up|status|down|prepare`, with --dir <folder>, and for up --kwok <nodes> or --install-tekton <release.yaml>';

/** Where a cluster's folder is unless one is given. */
export const DEFAULT_FOLDER = join(__dirname, '../../.cluster');

/** What was asked for on the command line. */
export type Arguments = {
  command: (typeof COMMANDS)[number];
  dir: string;
  /** How many nodes are played beside the real ones. */
  kwokNodes: number;
  /** A file or URL of Tekton's manifests, for a cluster that is given. */
  installTekton?: string;
};

/** Reads the command line. */
export function parseArguments(argv: string[]): Arguments {
  const [given, ...rest] = argv;
  const command = COMMANDS.find(each => each === given);
  if (!command) {
    throw new Problem(
      given === undefined
        ? 'It has to be told what to do with the cluster'
        : `There is no command '${given}' for the cluster`,
      USAGE,
    );
  }
  const result: Arguments = { command, dir: DEFAULT_FOLDER, kwokNodes: 0 };
  const words = rest.flatMap(each =>
    /^--[a-z-]+=/.test(each)
      ? [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]
      : [each],
  );
  for (let at = 0; at < words.length; at += 2) {
    const [name, value] = [words[at], words[at + 1]];
    if (!value) throw new Problem(`${name} needs a value`, USAGE);
    switch (name) {
      case '--dir':
        result.dir = value;
        break;
      case '--kwok':
        result.kwokNodes = parseCount(value);
        break;
      case '--install-tekton':
        result.installTekton = value;
        break;
      default:
        throw new Problem(`There is no option '${name}'`, USAGE);
    }
  }
  return result;
}

function parseCount(text: string): number {
  if (!/^\d{1,5}$/.test(text)) {
    throw new Problem(`'${text}' is not a number of nodes`, USAGE);
  }
  return Number(text);
}
