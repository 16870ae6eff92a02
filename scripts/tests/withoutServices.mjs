import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);
/** What Debian asks before it starts a service; 101 is a no. */
const POLICY = '/usr/sbin/policy-rc.d';
const ANSWER = `#!/bin/sh
# Written by Image Factory's test:engines while it installs packages, and
# removed after that. If it is left, remove it: no service starts meanwhile.
exit 101
`;

/**
 * Installs without starting services, now or when the machine starts: the tests
 * start what they need themselves, and a registry that runs by itself would
 * take port 5000 from whoever wants it.
 */
export async function withoutServices(install, options = {}) {
  const { services = ['docker-registry'], policy = POLICY } = options;
  const before = services.filter(isKnown);
  const isOurs = !existsSync(policy);
  if (isOurs) {
    writeFileSync(policy, ANSWER, { mode: 0o755 });
  }
  try {
    return await install();
  } finally {
    if (isOurs) {
      rmSync(policy, { force: true });
    }
    // A service that was there already is its owner's to run.
    for (const name of services.filter(each => !before.includes(each))) {
      await tryTo('systemctl', ['disable', name]);
      await tryTo('update-rc.d', [name, 'disable']);
    }
  }
}

function isKnown(service) {
  return existsSync(`/etc/init.d/${service}`);
}

/** Machines have one or the other, or neither. */
async function tryTo(command, args) {
  await execute(command, args).catch(() => undefined);
}
