/**
 * What a container gets of an argument or the value of a variable: `$(NAME)` is
 * replaced where there is such a variable, and `$$` is one dollar sign.
 */
export function asKubelet(
  text: string,
  variables: Record<string, string> = {},
): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name?: string) => {
    if (name === undefined) return '$';
    return Object.hasOwn(variables, name) ? variables[name] : whole;
  });
}
