import assert from 'node:assert/strict';
import test from 'node:test';
import { explainFailure } from './explainFailure.mjs';

const REGISTRY = 'https://npm.example.com/';

const CASES = [
  [
    'a name that does not resolve means no network',
    'npm error code ENOTFOUND\nnpm error network request to https://npm.example.com/x failed',
    /registry https:\/\/npm\.example\.com\/ cannot be reached/,
    /check the network/,
  ],
  [
    'a full disk is named even where other errors follow from it',
    'npm error code ENOSPC\nnpm error ENOSPC: no space left on device, write\ngyp ERR! stack Error: ENOSPC',
    /The disk is full/,
    /free about 4 GB/,
  ],
  [
    'a missing compiler names the packages for each platform',
    'gyp ERR! find Python You need to install the latest version of Python.',
    /could not be compiled/,
    /apt-get install -y g\+\+ make python3.*xcode-select --install/,
  ],
  [
    'an unknown certificate authority names the setting for it',
    'npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    /certificate of the npm registry .* is not trusted/,
    /npm config set cafile/,
  ],
  [
    'a refused sign-in says to sign in',
    'npm error code E401\nnpm error Unable to authenticate',
    /refused the request for want of rights/,
    /npm login/,
  ],
  [
    'a lockfile that does not fit says how to mend it',
    '➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.',
    /yarn\.lock does not fit/,
    /yarn install/,
  ],
];

for (const [promise, output, cause, nextStep] of CASES) {
  test(promise, () => {
    const { message } = explainFailure({
      what: 'Installing',
      output,
      logPath: '/checkout/.tools/logs/install.log',
      registry: REGISTRY,
    });
    assert.match(message, cause);
    assert.match(message, nextStep);
    assert.match(message, /Last lines of .*install\.log/);
  });
}

test('an unknown failure shows its last lines and where the rest is', () => {
  const { message } = explainFailure({
    what: 'Building the frontend',
    output: 'line one\nModule not found: ./Missing',
    logPath: '/checkout/.tools/logs/frontend.log',
  });
  assert.match(message, /^Building the frontend failed\./);
  assert.match(message, /Module not found: \.\/Missing/);
  assert.match(message, /read .*frontend\.log/);
});
