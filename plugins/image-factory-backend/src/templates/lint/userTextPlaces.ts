import { Path } from '../shape';
import { Finding, LintRule, stepsOf } from './LintRule';
import { findUserText } from './userText';

/** Where Tekton's variables with user text may stand; `*` is any index or name. */
const PLACES = [
  'displayName',
  'results/*/value',
  ...['tasks', 'finally'].flatMap(list => [
    `${list}/*/displayName`,
    `${list}/*/params/*/value`,
    `${list}/*/params/*/value/*`,
    `${list}/*/matrix/params/*/value`,
    `${list}/*/matrix/params/*/value/*`,
    `${list}/*/when/*/input`,
    `${list}/*/when/*/values/*`,
    `${list}/*/taskSpec/results/*/value`,
    `${list}/*/taskSpec/stepTemplate/env/*/value`,
    `${list}/*/taskSpec/steps/*/env/*/value`,
    `${list}/*/taskSpec/steps/*/args/*`,
  ]),
].map(place => new RegExp(`^spec/${place.replaceAll('*', '[^/]+')}$`));

const PROSE = /\/description$/;

/**
 * A user's text reaches a container as a variable of its environment or as an
 * argument, where it is one value whatever it holds. Anywhere else it would be
 * part of a program, a path or a name.
 */
export const userTextPlaces: LintRule = template => [
  ...walk(template.pipeline.spec, ['spec']),
  ...findShellArguments(template),
];

function walk(value: unknown, path: Path): Finding[] {
  if (typeof value === 'string') {
    const quote = findUserText(value);
    const place = path.join('/');
    if (!quote || PROSE.test(place) || PLACES.some(each => each.test(place))) {
      return [];
    }
    return [{ path, quote, message: explain(path, quote) }];
  }
  if (value === null || typeof value !== 'object') {
    return [];
  }
  return Object.entries(value).flatMap(([key, each]) =>
    walk(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function explain(path: Path, quote: string): string {
  if (path.at(-1) === 'script') {
    return `${quote} would become part of the script, so that its value could run commands. Set it as a variable under env and read that, in double quotes.`;
  }
  const field = path.findLast(part => typeof part === 'string');
  return `${quote} may not stand in ${field}: what a user writes may reach a container under env and args only. Write the value out, or set it as a variable under env.`;
}

const INTERPRETER =
  /^(?:.*\/)?(?:sh|ash|bash|dash|ksh|zsh|busybox|python[\d.]*|perl|ruby|node|php)$/;
const CODE_FLAG = /^-[a-zA-Z]*[cer]$|^--eval$/;

/** Code for an interpreter among the arguments, as in `sh -c`. */
function findShellArguments(template: Parameters<LintRule>[0]): Finding[] {
  return stepsOf(template).flatMap(({ step, path, taskSpec }) => {
    const command = step.command ?? taskSpec.stepTemplate?.command ?? [];
    const words = [
      ...command,
      ...(step.args ?? taskSpec.stepTemplate?.args ?? []),
    ];
    const interpreter = words.findIndex(word => INTERPRETER.test(word));
    if (interpreter < 0) return [];
    const code =
      words.findIndex(
        (word, index) => index > interpreter && CODE_FLAG.test(word),
      ) + 1;
    const quote =
      code > 0 && words[code] ? findUserText(words[code]) : undefined;
    const argument = code - command.length;
    if (!quote || argument < 0) return [];
    return [
      {
        path: [...path, 'args', argument],
        quote,
        message: `${quote} would become part of what ${words[interpreter]} runs, so that its value could run commands. Set it as a variable under env and read that, in double quotes.`,
      },
    ];
  });
}
