import { Config } from '@backstage/config';
import { ResourceRequirements, Toleration } from '../templates';
import { isQuantity } from './quantities';
import { readTexts } from './readTexts';

const OPERATORS = ['Exists', 'Equal'];
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
/** Where the pods of builds run, and what they ask of their nodes. */
export type PlacementSettings = {
  nodeSelector: Record<string, string>;
  /** Taints that they run in spite of. */
  tolerations: Toleration[];
  /** Of the step that builds; what the namespace gives by default where it is undefined. */
  resources: ResourceRequirements | undefined;
};

/**
 * Reads where builds run from the configuration of one cluster.
 *
 * @param field - the path of the cluster's configuration, for whoever has to correct it
 * @throws Error that says what is wrong and what to write instead
 */
export function readPlacement(
  config: Config,
  field: string,
): PlacementSettings {
  return {
    nodeSelector: readTexts(config, 'nodeSelector', field) ?? {},
    tolerations: (config.getOptionalConfigArray('tolerations') ?? []).map(
      each => readToleration(each, `${field}.tolerations`),
    ),
    resources: readResources(config, field),
  };
}

function readToleration(config: Config, field: string): Toleration {
  const key = config.getOptionalString('key');
  const value = config.getOptionalString('value');
  const operator = oneOf(config, 'operator', OPERATORS, field);
  if (key === undefined && operator !== 'Exists') {
    throw new Error(
      `${field}: a toleration without a key is for every taint. Write its key, or operator: Exists where that is meant.`,
    );
  }
  if (operator === 'Exists' && value !== undefined) {
    throw new Error(
      `${field}: the toleration of ${
        key ?? 'every taint'
      } has the operator Exists, which looks at no value. Leave the value out, or write operator: Equal.`,
    );
  }
  return without({
    key,
    operator: operator as Toleration['operator'],
    value,
    effect: oneOf(config, 'effect', EFFECTS, field) as Toleration['effect'],
    tolerationSeconds: config.getOptionalNumber('tolerationSeconds'),
  });
}

function readResources(
  config: Config,
  field: string,
): ResourceRequirements | undefined {
  const resources = config.getOptionalConfig('resources');
  if (!resources) return undefined;
  return without({
    requests: readQuantities(resources, 'requests', `${field}.resources`),
    limits: readQuantities(resources, 'limits', `${field}.resources`),
  });
}

function readQuantities(
  config: Config,
  key: string,
  field: string,
): Record<string, string> | undefined {
  const quantities = readTexts(config, key, field);
  const wrong = Object.entries(quantities ?? {}).find(
    ([, quantity]) => !isQuantity(quantity),
  );
  if (wrong) {
    throw new Error(
      `${field}.${key}: "${wrong[1]}" is no quantity of ${wrong[0]}. Write one as Kubernetes does, such as 500m, 2 or 4Gi.`,
    );
  }
  return quantities;
}

function oneOf(
  config: Config,
  key: string,
  allowed: string[],
  field: string,
): string | undefined {
  const value = config.getOptionalString(key);
  if (value !== undefined && !allowed.includes(value)) {
    throw new Error(
      `${field}: ${key} is "${value}". Write one of ${allowed.join(', ')}.`,
    );
  }
  return value;
}

function without<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as T;
}
