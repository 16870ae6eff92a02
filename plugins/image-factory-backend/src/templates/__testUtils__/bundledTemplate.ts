import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineTemplate } from '../pipeline';
import { templateOf } from './dockerTemplate';

const FOLDER = join(__dirname, '../../../pipeline-templates');

/** The text of the template that is published for a method. */
export function bundledTemplateText(method: string): string {
  const [file] = readdirSync(join(FOLDER, method));
  return readFileSync(join(FOLDER, method, file), 'utf8');
}

/** A template of that text. */
export function bundledTemplate(method: string): PipelineTemplate {
  return templateOf(bundledTemplateText(method));
}

/** The text of the template that is published as an example of tasks that share a volume. */
export function tasksTemplateText(): string {
  return readFileSync(
    join(
      __dirname,
      '../../../example-templates/podman-build-pipeline-tasks.yaml',
    ),
    'utf8',
  );
}

/** A template of that text. */
export function tasksTemplate(): PipelineTemplate {
  return templateOf(tasksTemplateText());
}

/** The methods that templates are published for. */
export function methodsWithTemplates(): string[] {
  return readdirSync(FOLDER).sort();
}
