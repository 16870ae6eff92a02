/**
 * Does to a text what a block of `diff` in the documentation tells: lines with
 * `+` are added and lines with `-` go, everywhere that the lines around them
 * stand. A line between two `@@` opens the next place, and says which it is.
 *
 * Gives undefined where the text lacks one of the places.
 */
export function applyDiff(text, diff) {
  let result = `\n${text}`;
  for (const hunk of hunksOf(diff)) {
    const before = side(hunk, '-');
    if (!result.includes(before)) return undefined;
    result = result.replaceAll(before, () => side(hunk, '+'));
  }
  return result.slice(1);
}

function hunksOf(diff) {
  const hunks = [[]];
  for (const line of diff.trimEnd().split('\n')) {
    if (line.startsWith('@@')) hunks.push([]);
    else hunks.at(-1).push(line);
  }
  return hunks.filter(lines => lines.length > 0);
}

/** The lines as they are before (`-`) or after (`+`), as whole lines. */
function side(lines, sign) {
  const kept = lines.filter(line => !/^[+-]/.test(line) || line[0] === sign);
  return `\n${kept.map(line => line.slice(1)).join('\n')}\n`;
}
