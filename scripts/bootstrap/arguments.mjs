import { Problem } from './problem.mjs';

/**
 * Refuses what a command does not know: a slip would go unnoticed otherwise.
 *
 * `flags` are options by themselves, `values` those with a value behind them or
 * in them; `words` is how many arguments may be no option.
 */
export function demandKnown(argv, { flags = [], values = [], words = 0 }) {
  const known = [
    ...values.map(name => `${name} <value>`),
    ...flags,
    '--help',
  ].join(', ');
  let left = words;
  for (let at = 0; at < argv.length; at += 1) {
    const given = argv[at];
    if (values.includes(given)) {
      at += 1;
    } else if (!given.startsWith('-')) {
      left -= 1;
      if (left < 0) {
        throw new Problem(
          `'${given}' is not expected here`,
          `leave it out; there are these options: ${known}`,
        );
      }
    } else if (
      !flags.includes(given) &&
      !values.some(name => given.startsWith(`${name}=`))
    ) {
      throw new Problem(
        `There is no option '${given}'`,
        `use only these: ${known}`,
      );
    }
  }
}

export function asksForHelp(argv) {
  return argv.includes('--help') || argv.includes('-h');
}
