import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { say } from '../bootstrap/say.mjs';
import { hashOf } from '../bootstrap/stamp.mjs';
import {
  canInstallPackages,
  installPackages,
} from '../portal/installPackages.mjs';
import { runVisibly } from '../tests/runVisibly.mjs';

const BACKEND = '@image-factory/backstage-plugin-image-factory-backend';
const GENERATED = [
  'plugins/image-factory-backend/src/schema/openapi',
  'plugins/image-factory-common/src/schema/openapi',
].map(path => join(ROOT, path));

/**
 * Generates the API's code again and fails if that changes anything. The
 * generator is a Java program; the code is committed so that only this check
 * needs Java.
 */
export async function generatedCode({ yarn, environment }) {
  if (!(await prepareJava())) {
    return process.env.CI ? 1 : 0;
  }
  const before = hashOf(GENERATED);
  const code = await runVisibly(
    yarn,
    ['workspace', BACKEND, 'generate'],
    environment,
  );
  if (code !== 0) {
    return code;
  }
  if (hashOf(GENERATED) !== before) {
    say(
      'The generated code did not fit openapi.yaml. It has just been generated anew: look at `git diff` and commit it.',
    );
    return 1;
  }
  say('The generated code fits openapi.yaml');
  return 0;
}

async function prepareJava() {
  if (hasJava()) {
    return true;
  }
  if (process.env.CI && canInstallPackages()) {
    say('Installing Java with apt for the API generator (about 1 minute)');
    await installPackages(['default-jre-headless']);
    if (hasJava()) {
      return true;
    }
  }
  say(
    'Java is not here, so the generated code could not be checked against openapi.yaml; with CI set that is a failure. Next step: install Java 11 or newer.',
  );
  return false;
}

function hasJava() {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
