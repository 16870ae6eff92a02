import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { join } from 'node:path';

/** The step that prints. */
export const PRINTING_STEP = 'build-image';

/** The command line of the printer. */
export function printerCommand(
  bytes: number,
  seconds: number,
): [string, ...string[]] {
  return [
    process.execPath,
    join(__dirname, 'printer.js'),
    String(bytes),
    String(seconds),
  ];
}

/** A method whose one step prints. */
export const printerMethod: BuildMethod = {
  id: 'printer',
  title: 'Printer',
  description: 'Prints lines at an even pace',
  inputs: {
    type: 'object',
    properties: { bytes: { type: 'number' }, seconds: { type: 'number' } },
  },
  needs: () => ({ platforms: [], capabilities: [] }),
  tools: [],
  validate: async () => [],
  localPlan: ({ parameters }) => ({
    steps: [
      {
        name: PRINTING_STEP,
        action: {
          type: 'commands',
          commands: [
            {
              argv: printerCommand(
                Number(parameters.bytes),
                Number(parameters.seconds),
              ),
            },
          ],
        },
      },
    ],
    cleanup: [],
  }),
  failureRules: [],
};
