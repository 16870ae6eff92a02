import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A method whose runs do next to nothing: an image that is there counts as theirs. */
export const overheadMethod: BuildMethod = {
  id: 'overhead',
  title: 'Overhead',
  description: 'Sleeps for a second, and names an image that is there.',
  inputs: { type: 'object', properties: { digest: { type: 'string' } } },
  needs: () => ({ platforms: [], capabilities: [] }),
  tools: [],
  validate: async () => [],
  localPlan: () => {
    throw new Error('These builds run on clusters');
  },
  failureRules: [],
  pipelineTemplates: [
    { yaml: readFileSync(join(__dirname, 'pipeline.yaml'), 'utf8') },
  ],
  pipelineParameters: ({ parameters }) => ({
    digest: String(parameters.digest),
  }),
};
