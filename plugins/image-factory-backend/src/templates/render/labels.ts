import { createHash } from 'node:crypto';
import { checkStepOf, METHOD_LABEL, TEMPLATE_ANNOTATIONS } from '../pipeline';
import { platformTasksOf } from './platformTasks';
import { RenderInput } from './RenderInput';

/** The labels of every run, its task runs and its pods. One selector over them finds all of a portal's. */
export const RUN_LABELS = {
  /** Of the portal. */
  instance: 'image-factory.io/instance',
  build: 'image-factory.io/build',
  /** What `tenantLabel` gives; the tenant itself is an annotation. */
  tenant: 'image-factory.io/tenant',
  attempt: 'image-factory.io/attempt',
  method: METHOD_LABEL,
  /** What `entityHash` gives; the entity itself is an annotation. */
  entityHash: 'image-factory.io/entity-hash',
} as const;

/** Is set to `true` on a run once all that it has left is stored; before that nobody may remove it. No run is rendered with it. */
export const COLLECTED_LABEL = 'image-factory.io/collected';

/** The annotations of every run. */
export const RUN_ANNOTATIONS = {
  entity: 'image-factory.io/entity',
  image: 'image-factory.io/image',
  imageReference: 'image-factory.io/image-reference',
  requester: 'image-factory.io/requester',
  tenant: 'image-factory.io/tenant',
  execution: 'image-factory.io/execution',
  number: 'image-factory.io/build-number',
  /** As `<name>@<version>`. */
  template: 'image-factory.io/template',
  templateDigest: 'image-factory.io/template-digest',
  /** Of the spec as it was sent, to tell whether a run of the same name is the same run: the cluster adds defaults to what it keeps. */
  specHash: 'image-factory.io/spec-hash',
  /** The steps of the run that do the checks, where they are in it; several of one kind are separated by commas. */
  sbomStep: TEMPLATE_ANNOTATIONS.sbomStep,
  scanStep: TEMPLATE_ANNOTATIONS.scanStep,
  /** The tasks that build for one platform each, as `<task>=<platform>`. */
  platformTasks: 'image-factory.io/platform-tasks',
} as const;

const VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const READABLE_CHARACTERS = 40;

/** Whether a text can be the value of a label as it is. */
export function isLabelValue(text: string): boolean {
  return VALUE.test(text);
}

/** A tenant as the value of a label: readable, and different for each. */
export function tenantLabel(tenant: string): string {
  const readable = tenant
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, READABLE_CHARACTERS)
    .replace(/^-+|-+$/g, '');
  return `${readable ? `${readable}-` : ''}${hash(tenant, 12)}`;
}

/** An entity as the value of a label. */
export function entityHash(entityRef: string): string {
  return hash(entityRef, 32);
}

/** The labels of a run. */
export function runLabels({ run, build }: RenderInput): Record<string, string> {
  return {
    [RUN_LABELS.instance]: run.instance,
    [RUN_LABELS.build]: run.buildId,
    [RUN_LABELS.tenant]: tenantLabel(build.tenant),
    [RUN_LABELS.attempt]: String(run.attempt),
    [RUN_LABELS.method]: build.method,
    [RUN_LABELS.entityHash]: entityHash(build.entityRef),
  };
}

/** The annotations of a run, without the hash of its spec. */
export function runAnnotations(input: RenderInput): Record<string, string> {
  const { run, build, image, template, checks } = input;
  const platforms = platformTasksOf(input);
  const stepsOf = (check: 'sbom' | 'scan') => {
    const step = checks?.[check] && checkStepOf(template.pipeline, check);
    return step && platforms.length > 0
      ? platforms.map(({ stepName }) => stepName(step)).join(',')
      : step;
  };
  const sbomStep = stepsOf('sbom');
  const scanStep = stepsOf('scan');
  return {
    [RUN_ANNOTATIONS.entity]: build.entityRef,
    [RUN_ANNOTATIONS.image]: build.imageName,
    [RUN_ANNOTATIONS.imageReference]: image.reference,
    ...(build.requester
      ? { [RUN_ANNOTATIONS.requester]: build.requester }
      : {}),
    [RUN_ANNOTATIONS.tenant]: build.tenant,
    [RUN_ANNOTATIONS.execution]: run.executionId,
    ...(run.number === undefined
      ? {}
      : { [RUN_ANNOTATIONS.number]: String(run.number) }),
    [RUN_ANNOTATIONS.template]: `${template.name}@${template.version}`,
    [RUN_ANNOTATIONS.templateDigest]: template.digest,
    ...(sbomStep ? { [RUN_ANNOTATIONS.sbomStep]: sbomStep } : {}),
    ...(scanStep ? { [RUN_ANNOTATIONS.scanStep]: scanStep } : {}),
    ...(platforms.length > 0
      ? {
          [RUN_ANNOTATIONS.platformTasks]: platforms
            .map(({ task, platform }) => `${task}=${platform}`)
            .join(','),
        }
      : {}),
  };
}

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
