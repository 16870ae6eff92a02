import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';
import { describeLocation, locationMembers } from './describeLocation';
import { readRunFailure } from './readRunFailure';

const MAX_QUOTE = 300;

/** A command of the Dockerfile ended with an exit code other than 0, and no other rule knows why. */
export const runFailed: FailureRule = {
  id: 'dockerfile-run-failed',
  explain(evidence) {
    const failure = readRunFailure(evidence);
    if (!failure) {
      return undefined;
    }
    const { located, exitCode, errorLine } = failure;
    const last = failure.output.at(-1);
    const quote = last?.text.replace(/\.$/, '').slice(0, MAX_QUOTE);
    return {
      class: 'user',
      message: `${describeLocation(
        located,
      )}: RUN failed with exit code ${exitCode}${quote ? `: ${quote}` : ''}.`,
      ...locationMembers(located),
      hint: advise(exitCode, last?.text ?? ''),
      evidenceLine: last?.line ?? errorLine,
    };
  },
};

function advise(code: number, output: string): string {
  if (/fork\/exec \S*: no such file|failed to start/.test(output)) {
    return 'The base image has no shell for this command. Write it as a JSON list, such as RUN ["/bin/tool", "argument"], or use a base image with a shell.';
  }
  switch (code) {
    case 126:
      return 'The program is there but may not be run: give it the right to be executed (chmod +x), or check that it is made for this platform.';
    case 127:
      return 'The program is not in the image: install it in an earlier instruction, or use a base image that has it.';
    case 137:
      return 'The command was killed, most often because memory ran out: let it use less, or give the machine more.';
    default:
      return output === ''
        ? 'The command printed nothing. Where the base image has no shell, as scratch, write it as a JSON list, such as RUN ["/bin/tool", "argument"].'
        : 'Mend what the command reports; its output stands in the log above this line.';
  }
}
