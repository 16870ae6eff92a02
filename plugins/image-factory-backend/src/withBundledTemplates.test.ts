import { buildxMethod, dockerMethod, kanikoMethod } from './methods';
import { lintTemplate, parseTemplate } from './templates';
import { withBundledTemplates } from './withBundledTemplates';

describe('withBundledTemplates', () => {
  it.each([dockerMethod, buildxMethod, kanikoMethod])(
    'gives the method $id its published templates, which are faultless and its own',
    method => {
      const { pipelineTemplates = [] } = withBundledTemplates(method);
      expect(pipelineTemplates).not.toEqual([]);
      for (const { yaml } of pipelineTemplates) {
        const parsed = parseTemplate(yaml);
        expect('template' in parsed && parsed.template.method).toBe(method.id);
        expect('template' in parsed && lintTemplate(parsed.template)).toEqual(
          [],
        );
      }
    },
  );
});
