import { asksForHelp, demandKnown } from './bootstrap/arguments.mjs';
import { Problem } from './bootstrap/problem.mjs';

const COMMANDS = [
  'start',
  'dev',
  'build',
  'test',
  'test-engines',
  'test-crash',
  'test-adopt',
  'ci',
  'gate',
  'reports',
  'exec',
  'bench',
  'cluster',
  'e2e-tekton',
];

/** Runs one root command; what a user can mend is told in words, without a stack trace. */
export async function main(command, argv) {
  try {
    if (!COMMANDS.includes(command)) {
      throw new Problem(
        `There is no command '${command}'`,
        `use one of: ${COMMANDS.join(', ')}`,
      );
    }
    // Without `accepts`, the arguments are for a program that judges them itself.
    const { run, help, accepts } = await import(`./commands/${command}.mjs`);
    if (help && asksForHelp(argv)) {
      console.log(help);
      return;
    }
    if (accepts) {
      demandKnown(argv, accepts);
    }
    process.exitCode = await run(argv);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof Problem) {
      console.error(`\n${error.message}`);
    } else {
      console.error(error);
    }
  }
}
