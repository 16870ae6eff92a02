import { listedIn, Param, ParamSpec, ParamValue } from '../pipeline';
import {
  COMMON_PATHS,
  commonParameters,
  isCommonParameter,
} from './commonParameters';
import { findValueProblem } from './findValueProblem';
import { keepDollars } from './keepDollars';
import { RenderInput, RenderProblem } from './RenderInput';

/** Twice in the run, its task runs and its pod, all of it stays well below what a cluster stores of one object. */
const MAX_TOTAL = 256 * 1024;

/**
 * The values for the parameters that the template declares. A value of the
 * method that the template has no parameter for is a problem, since it would be
 * lost without a word, unless it is empty or the template says that it ignores
 * the parameter. Common parameters may be left undeclared.
 */
export function renderParameters(
  input: RenderInput,
): { params: Param[] } | { problems: RenderProblem[] } {
  const { template, parameters } = input;
  const given = new Map<string, { path: string; value: ParamValue }>();
  for (const [name, value] of Object.entries(commonParameters(input))) {
    if (isCommonParameter(name))
      given.set(name, { path: COMMON_PATHS[name], value });
  }
  const problems = findMethodProblems(input);
  for (const [name, value] of Object.entries(parameters)) {
    if (!isCommonParameter(name)) {
      given.set(name, { path: `/parameters/${name}`, value });
    }
  }

  const params: Param[] = [];
  for (const [index, declared] of template.parameters.entries()) {
    const found = given.get(declared.name);
    if (found) {
      problems.push(...findProblems(declared, found));
      params.push({ name: declared.name, value: keepDollars(found.value) });
    } else if (declared.default === undefined) {
      problems.push({
        path: `/template/spec/params/${index}`,
        message: `The template ${template.name} ${
          template.version
        } needs the parameter "${
          declared.name
        }", which neither the portal nor the method ${
          template.method
        } gives. Give it a default, or use the name of one that is given: ${[
          ...given.keys(),
        ].join(', ')}.`,
      });
    }
  }
  const total = params.reduce((sum, { value }) => sum + lengthOf(value), 0);
  if (total > MAX_TOTAL) {
    problems.push({
      path: '/parameters',
      message: `The parameters are ${total} characters together, of which a cluster takes ${MAX_TOTAL}. Put long values into a file of the source.`,
    });
  }
  return problems.length > 0 ? { problems } : { params };
}

function findMethodProblems({
  template,
  parameters,
}: RenderInput): RenderProblem[] {
  const declared = new Set(template.parameters.map(({ name }) => name));
  const ignored = new Set(listedIn(template.pipeline, 'ignoredParameters'));
  return Object.entries(parameters).flatMap(([name, value]) => {
    const path = `/parameters/${name}`;
    if (isCommonParameter(name)) {
      return [
        {
          path,
          message: `The method ${template.method} gives the parameter "${name}", which the portal gives by itself. Let the method name it otherwise.`,
        },
      ];
    }
    return declared.has(name) || ignored.has(name) || value.length === 0
      ? []
      : [
          {
            path,
            message: `The template ${template.name} ${template.version} has no parameter "${name}", so that its value would be lost. Leave it out of the build, or use a template that declares it.`,
          },
        ];
  });
}

function findProblems(
  { name, type = 'string' }: ParamSpec,
  { path, value }: { path: string; value: ParamValue },
): RenderProblem[] {
  const isArray = Array.isArray(value);
  if (isArray !== (type === 'array')) {
    return [
      {
        path,
        message: `The template declares the parameter "${name}" as ${type}, and is given ${
          isArray ? 'an array' : 'a string'
        }. Let it declare the type ${isArray ? 'array' : 'string'}.`,
      },
    ];
  }
  const items: [string, string][] = isArray
    ? value.map((item, index) => [`${path}/${index}`, item])
    : [[path, value]];
  return items.flatMap(([where, item]) => findValueProblem(where, item) ?? []);
}

function lengthOf(value: ParamValue): number {
  return Array.isArray(value)
    ? value.reduce((sum, item) => sum + item.length, 0)
    : value.length;
}
