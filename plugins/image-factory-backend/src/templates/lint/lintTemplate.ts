import { PipelineTemplate, TemplateProblem } from '../pipeline';
import { TemplateText } from '../TemplateText';
import { annotations } from './annotations';
import { checkSteps } from './checkSteps';
import { credentials } from './credentials';
import { indexTask } from './indexTask';
import { layout } from './layout';
import { LintRule } from './LintRule';
import { mounts } from './mounts';
import { parameterTypes } from './parameterTypes';
import { references } from './references';
import { results } from './results';
import { stepPrograms } from './stepPrograms';
import { stepSecurity } from './stepSecurity';
import { uniqueNames } from './uniqueNames';
import { userTextPlaces } from './userTextPlaces';
import { variableNames } from './variableNames';

const RULES: LintRule[] = [
  userTextPlaces,
  variableNames,
  stepSecurity,
  stepPrograms,
  credentials,
  mounts,
  uniqueNames,
  references,
  parameterTypes,
  results,
  annotations,
  checkSteps,
  indexTask,
  layout,
];

/**
 * Judges what a template does, in the order of its text. A template with
 * problems is not to be used.
 */
export function lintTemplate(template: PipelineTemplate): TemplateProblem[] {
  const text = new TemplateText(template.yaml);
  return RULES.flatMap(rule => rule(template))
    .map(({ path, message, quote }) => text.at(path, message, { quote }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}
