import { JsonValue } from '@backstage/types';
import { createHash } from 'node:crypto';
import { isMap, isScalar, LineCounter, Node, parseDocument, visit } from 'yaml';
import { TemplateProblem } from './pipeline';
import { Path } from './shape';

/** Larger than any pipeline, and a tenth of what a cluster stores of one object. */
const MAX_CHARACTERS = 128 * 1024;

/** The text of a template: what it says, and where it says it. */
export class TemplateText {
  /** With line ends as on Unix, and one at the end. */
  readonly yaml: string;
  readonly #lines = new LineCounter();
  readonly #document: ReturnType<typeof parseDocument>;

  constructor(text: string) {
    this.yaml = `${text
      .replace(/^\uFEFF/, '')
      .replace(/\r\n?/g, '\n')
      .trimEnd()}\n`;
    this.#document = parseDocument(
      this.yaml.length > MAX_CHARACTERS ? '' : this.yaml,
      { lineCounter: this.#lines, strict: true, uniqueKeys: true },
    );
  }

  get digest(): string {
    return `sha256:${createHash('sha256').update(this.yaml).digest('hex')}`;
  }

  /** Undefined where there are problems with the text. */
  toJson(): JsonValue {
    return this.#document.toJS({ maxAliasCount: 0 });
  }

  /** What is wrong with the text itself, whatever it says. */
  findProblems(): TemplateProblem[] {
    if (this.yaml.length > MAX_CHARACTERS) {
      return [
        this.at(
          [],
          `The template is longer than ${
            MAX_CHARACTERS / 1024
          } KiB. Shorten its scripts.`,
        ),
      ];
    }
    if (this.#document.errors.length > 0) {
      return this.#document.errors.map(({ code, message, linePos }) => ({
        path: '',
        line: linePos?.[0].line ?? 1,
        column: linePos?.[0].col ?? 1,
        message:
          code === 'MULTIPLE_DOCS'
            ? 'A template is one document. Put the others into templates of their own.'
            : `This is not valid YAML: ${firstLine(message)} Correct it.`,
      }));
    }
    return this.#findTricks();
  }

  /** A problem where a path begins in the text; where nothing is at the path, what would hold it. */
  at(
    path: Path,
    message: string,
    options: { isKey?: boolean; quote?: string } = {},
  ): TemplateProblem {
    const { line, col } = this.#lines.linePos(this.#offset(path, options));
    return {
      path: path.map(part => `/${escapePart(part)}`).join(''),
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      message,
    };
  }

  #offset(
    path: Path,
    { isKey, quote }: { isKey?: boolean; quote?: string },
  ): number {
    const start = this.#startOf(path, isKey);
    const found = quote === undefined ? -1 : this.yaml.indexOf(quote, start);
    return found < 0 ? start : found;
  }

  #startOf(path: Path, isKey: boolean | undefined): number {
    if (isKey) {
      const holder = this.#document.getIn(path.slice(0, -1), true);
      const pair =
        isMap(holder) &&
        holder.items.find(
          ({ key }) => isScalar(key) && key.value === path.at(-1),
        );
      if (pair && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
    }
    for (let length = path.length; length >= 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true) as
        | Node
        | undefined;
      if (node?.range) return node.range[0];
    }
    return 0;
  }

  /** What lets the same text be read in two ways, or grow without end. */
  #findTricks(): TemplateProblem[] {
    const offsets: number[] = [];
    visit(this.#document, {
      Alias: (_, node) => void offsets.push(node.range?.[0] ?? 0),
      Node: (_, node) => {
        if ('anchor' in node && node.anchor) offsets.push(node.range?.[0] ?? 0);
        if (node.tag) {
          offsets.push(node.range?.[0] ?? 0);
        }
      },
    });
    return offsets.map(offset => {
      const { line, col } = this.#lines.linePos(offset);
      return {
        path: '',
        line,
        column: col,
        message:
          'Anchors, aliases and tags are not used in templates. Write the value out.',
      };
    });
  }
}

function escapePart(part: string | number): string {
  return String(part).replaceAll('~', '~0').replaceAll('/', '~1');
}

function firstLine(message: string): string {
  const [line] = message.split('\n');
  return `${line
    .replace(/ at line \d+, column \d+:?$/, '')
    .replace(/\.$/, '')}.`;
}
