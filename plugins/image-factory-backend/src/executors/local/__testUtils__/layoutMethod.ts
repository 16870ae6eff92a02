import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';

/** A method that needs no builder: its image is the layout, or the archive of one, that its one parameter names. */
export const layoutMethod: BuildMethod = {
  id: 'layout',
  title: 'Layout',
  description: 'Takes an image as it is',
  inputs: { type: 'object', properties: { layout: { type: 'string' } } },
  needs: () => ({ platforms: [], capabilities: [] }),
  tools: [],
  validate: async () => [],
  localPlan: ({ parameters }, workspace) => ({
    steps: [
      { name: 'clone-repo', action: { type: 'fetch-source' } },
      {
        name: 'build-image',
        action: {
          type: 'commands',
          commands: [{ argv: ['/bin/echo', 'built'] }],
        },
      },
      {
        name: 'push-image',
        action: {
          type: 'export-image',
          commands: [
            {
              argv: [
                '/bin/cp',
                '-a',
                String(parameters.layout),
                workspace.layout,
              ],
            },
          ],
        },
      },
    ],
    cleanup: [],
  }),
  failureRules: [],
};
