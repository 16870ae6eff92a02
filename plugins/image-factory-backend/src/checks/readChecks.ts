import { Config } from '@backstage/config';
import { CheckMode, CheckSettings, GateSettings } from './CheckSettings';
import { GATE_SEVERITIES } from './severities';

const FIELD = 'imageFactory.checks';
const MODES: CheckMode[] = ['auto', 'always', 'never'];
/** A registry's host, a repository, and a tag or digest. */
const REFERENCE =
  /^[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;
const VULNERABILITY_ID = /^[A-Za-z0-9][A-Za-z0-9:._-]{0,99}$/;

/**
 * Reads `imageFactory.checks`.
 *
 * @throws Error that says what is wrong and what to write instead
 */
export function readChecks(config: Config | undefined): CheckSettings {
  const gate = config?.getOptionalConfig('gate');
  const settings: CheckSettings = {
    sbom: oneOf(config, 'sbom', MODES) ?? 'auto',
    scan: oneOf(config, 'scan', MODES) ?? 'auto',
    database: readReference(config, 'database'),
    javaDatabase: readReference(config, 'javaDatabase'),
    gate: gate && readGate(gate),
  };
  if (settings.gate && settings.scan === 'never') {
    throw new Error(
      `${FIELD}: gate holds images against their scan, and scan is never. Take one of the two out.`,
    );
  }
  return settings;
}

function readGate(config: Config): GateSettings {
  const severity = oneOf(config, 'severity', GATE_SEVERITIES, 'gate.');
  if (severity === undefined) {
    throw new Error(
      `${FIELD}: gate has no severity. Write the least one that stops an image: ${GATE_SEVERITIES.join(
        ', ',
      )}.`,
    );
  }
  const ignore = config.getOptionalStringArray('ignore') ?? [];
  const wrong = ignore.find(id => !VULNERABILITY_ID.test(id));
  if (wrong !== undefined) {
    throw new Error(
      `${FIELD}: gate.ignore has "${wrong}", which is no id of a vulnerability. Write each as its database has it, such as CVE-2024-0001.`,
    );
  }
  return {
    severity,
    ignoreUnfixed: config.getOptionalBoolean('ignoreUnfixed') ?? false,
    ignore,
  };
}

function oneOf<T extends string>(
  config: Config | undefined,
  key: string,
  allowed: T[],
  holder = '',
): T | undefined {
  const written = config?.getOptionalString(key);
  if (written === undefined) return undefined;
  const found = allowed.find(each => each === written);
  if (found === undefined) {
    throw new Error(
      `${FIELD}: ${holder}${key} is "${written}". Write one of: ${allowed.join(
        ', ',
      )}.`,
    );
  }
  return found;
}

function readReference(
  config: Config | undefined,
  key: string,
): string | undefined {
  const written = config?.getOptionalString(key);
  if (written !== undefined && !REFERENCE.test(written)) {
    throw new Error(
      `${FIELD}: ${key} is "${written}", which names no image in a registry. Write host, repository and tag, such as registry.example.com/mirror/trivy-db:2.`,
    );
  }
  return written;
}
