const createConfig = require('@backstage/cli/config/eslint-factory');
const { PURE_ROOMS, roomZones } = require('./rooms');

/** What would make a pure room depend on a database, a disk or a process. */
const IMPURE_MODULES = [
  'knex',
  ...['fs', 'fs/promises', 'child_process', 'net', 'http', 'https'].flatMap(
    name => [name, `node:${name}`],
  ),
];

module.exports = createConfig(__dirname, {
  settings: {
    // Without this, imports of TypeScript files do not resolve and the rule
    // below would see nothing.
    'import/resolver': { node: { extensions: ['.ts', '.tsx', '.js'] } },
  },
  rules: {
    'import/no-restricted-paths': [
      'error',
      { basePath: __dirname, zones: roomZones() },
    ],
  },
  overrides: [
    {
      files: ['**/__testUtils__/**'],
      rules: { 'import/no-restricted-paths': 'off' },
    },
    {
      files: PURE_ROOMS.map(room => `src/${room}/**`),
      excludedFiles: ['**/*.test.ts', '**/__testUtils__/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            paths: IMPURE_MODULES.map(name => ({
              name,
              message: `${PURE_ROOMS.join(
                ', ',
              )} are pure: pass the value in instead.`,
            })),
            patterns: ['*.test*', '**/__testUtils__/**', '**/__mocks__/**'],
          },
        ],
      },
    },
  ],
});
