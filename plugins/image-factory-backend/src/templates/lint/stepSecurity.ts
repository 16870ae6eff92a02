import { listedIn, podSecurityOf, SecurityContext } from '../pipeline';
import { Path } from '../shape';
import { Finding, LintRule, stepsOf, tasksOf } from './LintRule';

/** What the level `baseline` of Pod Security lets a container add. */
const CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

const ON_A_STEP =
  'A template whose annotation image-factory.io/pod-security says privileged may set it, on the step that needs it.';

/** What a security context may say where it stands. */
type Rights = {
  /** Whether the template leaves steps to the profile of the node. */
  hasUnset: boolean;
  /** Whether the context is that of one step, in a template that says that it needs more than `baseline`. */
  mayBeUnconfined: boolean;
};

/** No step may have more rights than the namespace of a tenant gives. */
export const stepSecurity: LintRule = template => {
  const hasUnset = listedIn(template.pipeline, 'seccompUnsetSteps').length > 0;
  const mayBeUnconfined = podSecurityOf(template.pipeline) === 'privileged';
  return [
    ...tasksOf(template).flatMap(({ task, path }) => {
      const context = task.taskSpec.stepTemplate?.securityContext;
      return check(context, [...path, 'taskSpec', 'stepTemplate'], {
        hasUnset,
        mayBeUnconfined: false,
      });
    }),
    ...stepsOf(template).flatMap(({ step, path }) =>
      check(step.securityContext, path, { hasUnset, mayBeUnconfined }),
    ),
  ];
};

function check(
  context: SecurityContext | undefined,
  holder: Path,
  rights: Rights,
): Finding[] {
  if (!context) return [];
  const path = [...holder, 'securityContext'];
  const findings: Finding[] = findProfileProblems(context, path, rights);
  if (context.allowPrivilegeEscalation === true && !rights.mayBeUnconfined) {
    findings.push({
      path: [...path, 'allowPrivilegeEscalation'],
      message: `A step may not ask for more rights while it runs. Take it out, or set it to false. ${ON_A_STEP}`,
    });
  }
  (context.capabilities?.add ?? []).forEach((name, index) => {
    if (CAPABILITIES.includes(name)) return;
    findings.push({
      path: [...path, 'capabilities', 'add', index],
      message: `The capability ${name} reaches beyond the container. Allowed are ${CAPABILITIES.join(
        ', ',
      )}; Buildah needs SETFCAP alone.`,
    });
  });
  if (context.runAsNonRoot && context.runAsUser === 0) {
    findings.push({
      path: [...path, 'runAsUser'],
      message:
        'The step would be refused by the kubelet: user 0 is root, and runAsNonRoot forbids it. Keep one of them.',
    });
  }
  return findings;
}

function findProfileProblems(
  { seccompProfile, appArmorProfile, runAsUser }: SecurityContext,
  path: Path,
  { hasUnset, mayBeUnconfined }: Rights,
): Finding[] {
  const findings: Finding[] = [];
  const isUnconfined =
    seccompProfile?.type === 'Unconfined' ||
    appArmorProfile?.type === 'Unconfined';
  if (isUnconfined && mayBeUnconfined && !runAsUser) {
    findings.push({
      path: [...path, 'runAsUser'],
      message:
        'A step under no profile may not be root as well. Set runAsUser to a user that the image has, such as 1000.',
    });
  }
  if (
    seccompProfile &&
    !(mayBeUnconfined && seccompProfile.type === 'Unconfined') &&
    (seccompProfile.type !== 'RuntimeDefault' || hasUnset)
  ) {
    findings.push({
      path: [...path, 'seccompProfile'],
      message: `The portal gives every step the profile RuntimeDefault. Take it out; a step that cannot run under it is listed in the annotation image-factory.io/seccomp-unset-steps. ${ON_A_STEP}`,
    });
  }
  if (
    appArmorProfile &&
    !(mayBeUnconfined && appArmorProfile.type === 'Unconfined')
  ) {
    findings.push({
      path: [...path, 'appArmorProfile'],
      message: `AppArmor profiles are the operator’s. Take it out. ${ON_A_STEP}`,
    });
  }
  return findings;
}
