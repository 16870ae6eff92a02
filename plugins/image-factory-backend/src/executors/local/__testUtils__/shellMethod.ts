import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';

/** A method that needs no builder: its one parameter is a script for the shell. */
export const shellMethod: BuildMethod = {
  id: 'shell',
  title: 'Shell',
  description: 'Runs a script',
  inputs: { type: 'object', properties: { script: { type: 'string' } } },
  needs: () => ({ platforms: [], capabilities: [] }),
  tools: [],
  validate: async () => [],
  localPlan: ({ parameters }) => ({
    steps: [
      { name: 'clone-repo', action: { type: 'fetch-source' } },
      {
        name: 'build-image',
        action: {
          type: 'commands',
          commands: [{ argv: ['/bin/sh', '-c', String(parameters.script)] }],
        },
      },
    ],
    cleanup: [],
  }),
  failureRules: [],
};
