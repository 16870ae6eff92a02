import { CHECK_KINDS } from '../../checks';
import { checkStepOf } from '../pipeline';
import { GATE_PARAMETERS } from './commonParameters';
import { RenderInput, RenderProblem } from './RenderInput';

/** A check that is wanted has a step that does it, and a gate one that is told of it: otherwise an image would pass unseen. */
export function findCheckProblems({
  template,
  checks,
}: Pick<RenderInput, 'template' | 'checks'>): RenderProblem[] {
  const { name, version, pipeline, parameters } = template;
  const problems = (['sbom', 'scan'] as const).flatMap(check =>
    checks?.[check] && checkStepOf(pipeline, check) === undefined
      ? [
          {
            path: `/checks/${check}`,
            message: `This portal makes no image without its ${CHECK_KINDS[check].title}, and the template ${name} ${version} has no step for that. Rebuild with the latest inputs, by which the template of today is taken, or let a portal admin give the template such a step.`,
          },
        ]
      : [],
  );
  const declared = parameters.map(each => each.name);
  const missing = GATE_PARAMETERS.filter(each => !declared.includes(each));
  if (problems.length === 0 && checks?.gate && missing.length > 0) {
    problems.push({
      path: '/checks/gate',
      message: `This portal stops images for what their scan finds, and the template ${name} ${version} does not take what it is to stop: it lacks the parameters ${missing.join(
        ', ',
      )}. Rebuild with the latest inputs, or let a portal admin correct the template.`,
    });
  }
  return problems;
}
