import {
  listedIn,
  POD_SECURITY_LEVELS,
  TEMPLATE_ANNOTATIONS,
} from '../pipeline';
import { buildStepOf } from '../pipeline';
import { Finding, LintRule, stepsOf } from './LintRule';

const PREFIX = 'image-factory.io/';

/** What a template tells the portal by annotations is about something that is there. */
export const annotations: LintRule = template => {
  const { pipeline } = template;
  const steps = stepsOf(template).map(({ step }) => step.name);
  const findings: Finding[] = [];
  const buildStep = buildStepOf(pipeline);
  if (!steps.includes(buildStep)) {
    findings.push({
      path: ['metadata', 'annotations', TEMPLATE_ANNOTATIONS.buildStep],
      message: `There is no step "${buildStep}", which would get the resources of a build. Set the annotation ${
        TEMPLATE_ANNOTATIONS.buildStep
      } to one of: ${steps.join(', ')}.`,
    });
  }
  for (const name of listedIn(pipeline, 'seccompUnsetSteps')) {
    if (steps.includes(name)) continue;
    findings.push({
      path: ['metadata', 'annotations', TEMPLATE_ANNOTATIONS.seccompUnsetSteps],
      message: `There is no step "${name}". Name one of: ${steps.join(', ')}.`,
    });
  }
  const level =
    pipeline.metadata.annotations?.[TEMPLATE_ANNOTATIONS.podSecurity];
  const levels: readonly string[] = POD_SECURITY_LEVELS;
  if (level !== undefined && !levels.includes(level)) {
    findings.push({
      path: ['metadata', 'annotations', TEMPLATE_ANNOTATIONS.podSecurity],
      message: `"${level}" is no level that a template can need. Use one of: ${levels.join(
        ', ',
      )}.`,
    });
  }
  const declared = template.parameters.map(({ name }) => name);
  for (const name of listedIn(pipeline, 'ignoredParameters')) {
    if (!declared.includes(name)) continue;
    findings.push({
      path: ['metadata', 'annotations', TEMPLATE_ANNOTATIONS.ignoredParameters],
      message: `The parameter "${name}" is declared, so that it is not ignored. Take it out of one of the two.`,
    });
  }
  const known: string[] = Object.values(TEMPLATE_ANNOTATIONS);
  for (const key of Object.keys(pipeline.metadata.annotations ?? {})) {
    if (!key.startsWith(PREFIX) || known.includes(key)) continue;
    findings.push({
      path: ['metadata', 'annotations', key],
      message: `The annotation "${key}" means nothing to the portal. Take it out, or use one of: ${known.join(
        ', ',
      )}.`,
    });
  }
  return findings;
};
