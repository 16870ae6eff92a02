/**
 * The steps that a page of the documentation tells: the code under each
 * heading of the second level, in order, by its language.
 */
export function readSteps(markdown) {
  const steps = {};
  let heading;
  let block;
  for (const line of markdown.split('\n')) {
    const fence = /^\s*```(\w*)/.exec(line);
    if (block) {
      if (fence) {
        block = undefined;
      } else {
        block.lines.push(line);
      }
    } else if (fence && heading) {
      block = { language: fence[1], lines: [] };
      steps[heading].push(block);
    } else if (line.startsWith('## ')) {
      heading = line.slice(3).trim();
      steps[heading] = [];
    }
  }
  return Object.fromEntries(
    Object.entries(steps).map(([name, blocks]) => [
      name,
      blocks.map(({ language, lines }) => ({
        language,
        code: dedent(lines),
      })),
    ]),
  );
}

function dedent(lines) {
  const indents = lines
    .filter(line => line.trim() !== '')
    .map(line => /^ */.exec(line)[0].length);
  const common = Math.min(...indents);
  return lines.map(line => line.slice(common)).join('\n');
}
