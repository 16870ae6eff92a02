import { DockerfileParser, From } from 'dockerfile-ast';

/** One instruction of a Dockerfile as it stands there. */
export type DockerfileInstruction = {
  /** In capitals. */
  keyword: string;
  /** With the keyword, over all its lines. */
  text: string;
  /** From 1. */
  line: number;
};

/** One stage of a Dockerfile. */
export type DockerfileStage = {
  name: string | undefined;
  /** The base: an image, an earlier stage or `scratch`. */
  base: string | undefined;
  /** From its FROM on. */
  instructions: DockerfileInstruction[];
};

/** A Dockerfile as stages; what stands before the first FROM is apart. */
export type ParsedDockerfile = {
  preamble: DockerfileInstruction[];
  stages: DockerfileStage[];
};

/** Parses a Dockerfile. Never fails: what is no instruction is one with an unknown keyword. */
export function parseDockerfile(content: string): ParsedDockerfile {
  const lines = content.split(/\r?\n/);
  const preamble: DockerfileInstruction[] = [];
  const stages: DockerfileStage[] = [];
  for (const parsed of DockerfileParser.parse(content).getInstructions()) {
    const { start, end } = parsed.getRange();
    const instruction: DockerfileInstruction = {
      keyword: parsed.getKeyword(),
      text: lines
        .slice(start.line, end.line + 1)
        .join('\n')
        .trim(),
      line: start.line + 1,
    };
    if (parsed instanceof From) {
      stages.push({
        name: parsed.getBuildStage() ?? undefined,
        base: parsed.getImage() ?? undefined,
        instructions: [instruction],
      });
    } else if (stages.length === 0) {
      preamble.push(instruction);
    } else {
      stages[stages.length - 1].instructions.push(instruction);
    }
  }
  return { preamble, stages };
}
