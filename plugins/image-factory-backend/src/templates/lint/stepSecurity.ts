import { listedIn, SecurityContext } from '../pipeline';
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

/** No step may have more rights than the namespace of a tenant gives. */
export const stepSecurity: LintRule = template => {
  const unset = listedIn(template.pipeline, 'seccompUnsetSteps');
  return [
    ...tasksOf(template).flatMap(({ task, path }) => {
      const context = task.taskSpec.stepTemplate?.securityContext;
      return check(context, [...path, 'taskSpec', 'stepTemplate'], unset);
    }),
    ...stepsOf(template).flatMap(({ step, path }) =>
      check(step.securityContext, path, unset),
    ),
  ];
};

function check(
  context: SecurityContext | undefined,
  holder: Path,
  unset: string[],
): Finding[] {
  if (!context) return [];
  const path = [...holder, 'securityContext'];
  const findings: Finding[] = [];
  if (context.allowPrivilegeEscalation === true) {
    findings.push({
      path: [...path, 'allowPrivilegeEscalation'],
      message:
        'A step may not ask for more rights while it runs. Take it out, or set it to false.',
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
  const profile = context.seccompProfile;
  if (profile && (profile.type !== 'RuntimeDefault' || unset.length > 0)) {
    findings.push({
      path: [...path, 'seccompProfile'],
      message:
        'The portal gives every step the profile RuntimeDefault. Take it out; a step that cannot run under it is listed in the annotation image-factory.io/seccomp-unset-steps.',
    });
  }
  return findings;
}
