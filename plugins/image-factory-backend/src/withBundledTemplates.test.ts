import { dockerMethod } from './methods';
import { lintTemplate, parseTemplate } from './templates';
import { withBundledTemplates } from './withBundledTemplates';

describe('withBundledTemplates', () => {
  it('gives a method its published templates, which are faultless and its own', () => {
    const { pipelineTemplates = [] } = withBundledTemplates(dockerMethod);
    expect(pipelineTemplates).not.toEqual([]);
    for (const { yaml } of pipelineTemplates) {
      const parsed = parseTemplate(yaml);
      expect('template' in parsed && parsed.template.method).toBe('docker');
      expect('template' in parsed && lintTemplate(parsed.template)).toEqual([]);
    }
  });
});
