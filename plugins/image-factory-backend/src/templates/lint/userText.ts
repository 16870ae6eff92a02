/** What Tekton replaces by what a user, or something that a user controls, has said. */
const USER_TEXT =
  /\$\((?:inputs\.)?(?:(?:params|tasks|context|matrix|artifacts|inputs|outputs)\b[^)]*|steps\b(?![^)]*\.exitCode\.path)[^)]*|step\.(?!results\b[^)]*\.path)[^)]*|workspaces\b[^)]*\.(?:claim|volume))\)?/;

/** The first such variable in a text. */
export function findUserText(text: string): string | undefined {
  return USER_TEXT.exec(text)?.[0];
}
