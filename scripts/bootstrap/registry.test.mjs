import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { runNode } from '../testing/runNode.mjs';
import { temporaryFolder } from '../testing/temporaryFolder.mjs';
import { ROOT } from './paths.mjs';
import { findSignIn } from './registry.mjs';

const SETTINGS_AS_JSON = `
  import { registrySettings } from '${pathToFileURL(
    join(ROOT, 'scripts/bootstrap/registry.mjs'),
  )}';
  console.log(JSON.stringify(await registrySettings()));
`;

test('what npm is set up with is handed over to Yarn', async t => {
  const npmrc = join(temporaryFolder(t), 'npmrc');
  writeFileSync(
    npmrc,
    [
      'registry=https://npm.example.com/mirror/',
      'cafile=/etc/example-ca.pem',
      'strict-ssl=false',
      'https-proxy=http://proxy.example.com:3128/',
      '//npm.example.com/mirror/:_authToken=${EXAMPLE_TOKEN}',
    ].join('\n'),
  );
  const { code, output } = await runNode(
    ['--input-type=module', '--eval', SETTINGS_AS_JSON],
    {
      env: {
        npm_config_userconfig: npmrc,
        npm_config_registry: undefined,
        npm_config_cafile: undefined,
        EXAMPLE_TOKEN: 'example',
      },
    },
  );
  assert.equal(code, 0, output);
  const { registry, environment } = JSON.parse(output);
  assert.equal(registry, 'https://npm.example.com/mirror/');
  assert.deepEqual(environment, {
    YARN_NPM_REGISTRY_SERVER: 'https://npm.example.com/mirror',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_HTTPS_CA_FILE_PATH: '/etc/example-ca.pem',
    YARN_ENABLE_STRICT_SSL: 'false',
    YARN_HTTPS_PROXY: 'http://proxy.example.com:3128/',
    YARN_NPM_AUTH_TOKEN: 'example',
    YARN_NPM_ALWAYS_AUTH: 'true',
  });
});

test('a sign-in for one registry is not sent to another', t => {
  const npmrc = join(temporaryFolder(t), 'npmrc');
  writeFileSync(npmrc, '//npm.example.com/:_authToken=example\n');
  assert.deepEqual(findSignIn('https://other.example.com/', [npmrc]), {});
  assert.deepEqual(findSignIn('https://npm.example.com', [npmrc]), {
    YARN_NPM_AUTH_TOKEN: 'example',
    YARN_NPM_ALWAYS_AUTH: 'true',
  });
});
