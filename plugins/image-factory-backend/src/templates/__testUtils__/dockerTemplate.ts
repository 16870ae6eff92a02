import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate } from '../parseTemplate';
import { PipelineTemplate } from '../pipeline';

const FILE = join(
  __dirname,
  '../../../pipeline-templates/docker/podman-build-pipeline.yaml',
);

/** The text of the template that is published for the method docker. */
export function dockerTemplateText(): string {
  return readFileSync(FILE, 'utf8');
}

/** A template of that text. */
export function templateOf(yaml: string): PipelineTemplate {
  const parsed = parseTemplate(yaml);
  if ('problems' in parsed) {
    throw new Error(
      parsed.problems
        .map(({ line, column, message }) => `${line}:${column} ${message}`)
        .join('\n'),
    );
  }
  return parsed.template;
}

/** The template that is published for the method docker. */
export function dockerTemplate(): PipelineTemplate {
  return templateOf(dockerTemplateText());
}
