import { BuildProblem } from '@image-factory/backstage-plugin-image-factory-common';

const PARAMETER = /^\/parameters\/([^/]+)/;

/**
 * A problem with an input, in the words of the form. The backend knows inputs by
 * their keys and says what is allowed; the form shows their titles, and what is
 * allowed stands below each already.
 */
export function labelProblem(
  problem: BuildProblem,
  /** The JSON Schema of the inputs of the method. */
  inputs: Record<string, unknown> | undefined,
): BuildProblem {
  const key = PARAMETER.exec(problem.path)?.[1];
  const input = key === undefined ? undefined : inputOf(inputs, key);
  if (!input?.title) return problem;
  const { title, description } = input;
  const { message } = problem;
  const shown =
    description && message.endsWith(` ${description}`)
      ? message.slice(0, -description.length - 1)
      : message;
  // Where it begins with the key, or tells of a name "in" it; a value that reads alike stays.
  const named = shown
    .replace(new RegExp(`^"${escape(key!)}"`), () => `“${title}”`)
    .replace(
      new RegExp(`^(The name ".*" in )"${escape(key!)}"`),
      (_, before: string) => `${before}“${title}”`,
    );
  return { ...problem, message: named };
}

function inputOf(
  inputs: Record<string, unknown> | undefined,
  key: string,
): { title?: string; description?: string } | undefined {
  const properties = inputs?.properties as
    | Record<string, { title?: string; description?: string }>
    | undefined;
  return properties && Object.hasOwn(properties, key)
    ? properties[key]
    : undefined;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
