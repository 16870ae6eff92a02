module.exports =
  require('@backstage/cli/config/eslint-factory').createConfigForRole(
    __dirname,
    'cli',
    {
      parserOptions: { ecmaVersion: 2022 },
      overrides: [
        {
          // Has to parse on Nodes that are long gone.
          files: ['run.cjs'],
          parser: 'espree',
          parserOptions: { ecmaVersion: 5, sourceType: 'script' },
          rules: { 'no-var': 'off', 'prefer-template': 'off' },
        },
      ],
    },
  );
