import {
  BuildMethod,
  LocalStep,
} from '@image-factory/backstage-plugin-image-factory-node';

/** The steps of {@link scriptedStepsMethod} that are processes. */
export const SCRIPTED_STEPS = ['build-image', 'push-image'];

/** A method that needs no builder: its parameters are a script for the shell for each step that is named. */
export const scriptedStepsMethod: BuildMethod = {
  id: 'scripted-steps',
  title: 'Scripted steps',
  description: 'Runs a script a step',
  inputs: {
    type: 'object',
    properties: Object.fromEntries(
      SCRIPTED_STEPS.map(step => [step, { type: 'string' }]),
    ),
  },
  needs: () => ({ platforms: [], capabilities: [] }),
  tools: [],
  validate: async () => [],
  localPlan: ({ parameters }) => ({
    steps: [
      { name: 'clone-repo', action: { type: 'fetch-source' } },
      ...SCRIPTED_STEPS.map(
        (name): LocalStep => ({
          name,
          action: {
            type: 'commands',
            commands: [{ argv: ['/bin/sh', '-c', String(parameters[name])] }],
          },
        }),
      ),
    ],
    cleanup: [],
  }),
  failureRules: [],
};
