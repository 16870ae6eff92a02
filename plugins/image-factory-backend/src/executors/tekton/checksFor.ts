import { Checks, CheckSettings, wantedChecks } from '../../checks';
import {
  PipelineTemplate,
  checkStepOf,
  findCheckProblems,
  pruneChecks,
} from '../../templates';
import { stepImagesOf } from './stepImagesOf';

/** The checks of a build by a template: those that are demanded, and those that the template and the operator's images let it have. */
export function checksFor(
  template: PipelineTemplate,
  settings: CheckSettings,
  stepImages: Record<string, string>,
): Checks {
  const can = (check: keyof Checks) => {
    const name = checkStepOf(template.pipeline, check);
    return (
      name !== undefined &&
      stepImagesOf(template.pipeline.spec, name).every(
        image => stepImages[image],
      )
    );
  };
  return wantedChecks(settings, { sbom: can('sbom'), scan: can('scan') });
}

/** What keeps builds from running by a template: that it does not do what is demanded of images, or that images for its steps are missing. */
export function checksProblem(
  template: PipelineTemplate,
  settings: CheckSettings,
  stepImages: Record<string, string>,
): { message: string; hint: string } | undefined {
  const checks = checksFor(template, settings, stepImages);
  const [problem] = findCheckProblems({
    template,
    checks: { ...checks, gate: settings.gate },
  });
  if (problem) {
    return {
      message: problem.message,
      hint: 'A portal admin gives the template what it lacks, or demands it no longer (imageFactory.checks).',
    };
  }
  const missing = stepImagesOf(pruneChecks(template.pipeline, checks)).filter(
    name => !stepImages[name],
  );
  return missing.length === 0
    ? undefined
    : {
        message: `The template ${
          template.name
        } needs the step images ${missing.join(
          ', ',
        )}, which are not configured.`,
        hint: 'Name them under imageFactory.executors.kubernetes.stepImages, by digest.',
      };
}
