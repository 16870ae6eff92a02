import { ErrorSchema, ErrorSchemaBuilder } from '@rjsf/utils';
import { BuildProblem } from '@image-factory/backstage-plugin-image-factory-common';

const FIELDS = [
  '/image',
  '/method',
  '/ref',
  '/tags',
  '/timeoutSeconds',
  '/infrastructure',
  '/parameters',
];

/** Problems, sorted to where the reader sees them. */
export type SortedProblems = {
  /** Blocking ones at the field with this pointer or below it. */
  at: (pointer: string) => string[];
  /** Blocking ones below `/parameters`, as the form of the method wants them. */
  parameters: ErrorSchema;
  /** Blocking ones that belong to no field. */
  elsewhere: string[];
  /** Ones that let the build be queued, yet make it wait. */
  waits: string[];
  /** All blocking ones. */
  blocking: string[];
  isBlocked: boolean;
};

/** Sorts problems to the fields that their JSON pointers name, except for those that are left `out` of the form. */
export function sortProblems(
  problems: BuildProblem[],
  out: string[] = [],
): SortedProblems {
  const fields = FIELDS.filter(field => !out.includes(field));
  const blocking = problems.filter(problem => problem.blocking);
  const isBelow = (problem: BuildProblem, pointer: string) =>
    problem.path === pointer || problem.path.startsWith(`${pointer}/`);
  return {
    at: pointer =>
      blocking
        .filter(problem => isBelow(problem, pointer))
        .map(problem => problem.message),
    parameters: toErrorSchema(
      blocking.filter(problem => problem.path.startsWith('/parameters/')),
    ),
    elsewhere: blocking
      .filter(
        problem =>
          problem.path === '/parameters' ||
          !fields.some(field => isBelow(problem, field)),
      )
      .map(problem => problem.message),
    waits: problems
      .filter(problem => !problem.blocking)
      .map(problem => problem.message),
    blocking: blocking.map(problem => problem.message),
    isBlocked: blocking.length > 0,
  };
}

/** The name of the input comes first; whatever is below it is shown with it. */
function toErrorSchema(problems: BuildProblem[]): ErrorSchema {
  const builder = new ErrorSchemaBuilder();
  for (const { path, message } of problems) {
    builder.addErrors(message, unescapePointer(path.split('/')[2]));
  }
  return builder.ErrorSchema;
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
