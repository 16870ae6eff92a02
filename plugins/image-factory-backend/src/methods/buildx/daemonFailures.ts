import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';

const NOT_STARTED = /^Error: BuildKit does not start/;
const NO_DAEMON = /^error: .*\bdial unix \S+: /;
const ENDED = /^Error: BuildKit itself has ended/;

/** BuildKit's daemon is not there to begin with, so that nothing of the build has been tried. */
export const daemonNotThere: FailureRule = {
  id: 'buildkit-not-there',
  explain({ step, lines, firstLine }) {
    const index = lines.findLastIndex(
      line => NOT_STARTED.test(line) || NO_DAEMON.test(line),
    );
    if (step !== 'build-image' || index < 0) return undefined;
    const isPod = NOT_STARTED.test(lines[index]);
    return {
      class: 'infrastructure',
      message: isPod
        ? 'BuildKit does not start on the node of the build.'
        : 'No daemon of BuildKit answers on this machine.',
      hint: isPod
        ? 'Let the operator of the cluster look whether its nodes let users make user namespaces (user.max_user_namespaces; on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0), and whether the namespace of the build lets a step run without seccomp and AppArmor. What BuildKit says stands in the log.'
        : 'Start buildkitd on the machine of the portal, or choose another method.',
      evidenceLine: firstLine + index,
    };
  },
};

/** The daemon went away in the middle, and the build with it. */
export const daemonEnded: FailureRule = {
  id: 'buildkit-ended',
  explain({ step, lines, firstLine }) {
    const index = lines.findLastIndex(line => ENDED.test(line));
    if (step !== 'build-image' || index < 0) return undefined;
    return {
      class: 'user',
      message: 'BuildKit itself has ended before the build.',
      hint: 'Most often memory ran out: ask for more, or let the build use less. What BuildKit said last stands in the log.',
      evidenceLine: firstLine + index,
    };
  },
};
