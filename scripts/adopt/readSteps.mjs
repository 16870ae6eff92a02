/**
 * The steps that a page of the documentation tells: the code under each
 * heading below the title, in order, with its language and with the file that
 * the text before it names last.
 */
export function readSteps(markdown) {
  const steps = {};
  let heading;
  let file;
  let block;
  for (const line of markdown.split('\n')) {
    const fence = /^(\s*)```(\w*)/.exec(line);
    if (block) {
      if (fence) {
        block = undefined;
      } else {
        block.lines.push(line.slice(block.indent));
      }
    } else if (fence && heading) {
      block = { language: fence[2], file, indent: fence[1].length, lines: [] };
      steps[heading].push(block);
      file = undefined;
    } else if (/^###? /.test(line)) {
      heading = line.replace(/^#+/, '').trim();
      file = undefined;
      steps[heading] = [];
    } else {
      file = [...line.matchAll(/`([\w./-]+\.tsx?)`/g)].at(-1)?.[1] ?? file;
    }
  }
  return Object.fromEntries(
    Object.entries(steps).map(([name, blocks]) => [
      name,
      blocks.map(({ language, file: named, lines }) => ({
        language,
        ...(named && { file: named }),
        code: lines.join('\n'),
      })),
    ]),
  );
}
