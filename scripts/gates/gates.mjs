import { generatedCode } from './generatedCode.mjs';
import {
  checkPackages,
  checkReports,
  compileTypes,
  lintOpenApi,
} from './publishedPackages.mjs';
import { runVisibly } from '../tests/runVisibly.mjs';

/** The static gates, in the order of how soon they tell something; one goes by what the gate that it comes after has left. */
export const GATES = [
  {
    name: 'prettier:check',
    run: ({ environment }) =>
      runVisibly('prettier', ['--check', '.'], environment),
  },
  {
    name: 'lint',
    run: async ({ environment }) => {
      const packages = await runVisibly(
        'backstage-cli',
        ['repo', 'lint'],
        environment,
      );
      const rest = await runVisibly(
        'eslint',
        [
          '--max-warnings=0',
          '--ext=.mjs,.cjs,.ts',
          'scripts',
          'e2e',
          'benchmarks',
        ],
        environment,
      );
      return packages || rest;
    },
  },
  { name: 'tsc', run: compileTypes },
  { name: 'reports:check', after: 'tsc', run: checkReports },
  { name: 'packages', run: checkPackages },
  { name: 'openapi', run: lintOpenApi },
  { name: 'generate:check', run: generatedCode },
];

export function findGate(name) {
  return GATES.find(gate => gate.name === name);
}
