import { JsonObject } from '@backstage/types';
import { BuildMethod } from '../../../plugins/image-factory-node/src';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The steps of a run of {@link scriptedMethod}, in their order. */
export const SCRIPTED_STEPS = ['clone-repo', 'build-image', 'push-image'];

/** A method as a third party could bring one, whose steps are scripts of the test. */
export const scriptedMethod: BuildMethod = {
  id: 'scripted',
  title: 'Scripted',
  description: 'Runs the scripts of a test.',
  inputs: { type: 'object' },
  needs: () => ({ platforms: [], capabilities: [] }),
  tools: [],
  validate: async () => [],
  localPlan: () => {
    throw new Error('Scripted builds run on clusters');
  },
  failureRules: [],
  pipelineTemplates: [
    { yaml: readFileSync(join(__dirname, 'scriptedPipeline.yaml'), 'utf8') },
  ],
  pipelineParameters: ({ parameters }) => texts(parameters),
};

function texts(parameters: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, String(value)]),
  );
}
