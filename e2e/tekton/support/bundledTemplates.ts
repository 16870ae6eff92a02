import { BuildMethod } from '../../../plugins/image-factory-node/src';
import { TemplateSource } from '../../../plugins/image-factory-backend/src/executors/tekton';
import { parseTemplate } from '../../../plugins/image-factory-backend/src/templates';

/** The templates that methods bring along, without a database between. */
export const bundledTemplates: TemplateSource = {
  async defaultOf(method: BuildMethod) {
    const [source] = method.pipelineTemplates ?? [];
    if (!source) return undefined;
    const parsed = parseTemplate(source.yaml);
    if ('problems' in parsed) {
      throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
    }
    return parsed.template;
  },
  async pinned() {
    throw new Error('No build of these tests is pinned to a template');
  },
};
