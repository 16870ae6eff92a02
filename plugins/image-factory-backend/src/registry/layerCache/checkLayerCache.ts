import { parseImageReference } from '../parseImageReference';
import { MAX_PART_LENGTHS } from './layerCacheRepository';

const PLACEHOLDERS = ['tenant', 'namespace', 'component'] as const;
const EXAMPLE = '"registry.example.com/cache/{tenant}/{component}"';
/** What templates of pipelines add: `/linux-` and an architecture with its variant. */
const MAX_PLATFORM_LENGTH = 25;
const MAX_NAME_LENGTH = 255;

/**
 * What is wrong with the repository of a layer cache as an operator has written
 * it, and what to write instead; undefined where it can be used.
 */
export function checkLayerCache(template: string): string | undefined {
  const [host, ...parts] = template.split('/');
  const path = parts.join('/');
  const unknown = [...template.matchAll(/\{([^{}]*)\}/g)].find(
    ([, name]) => !(PLACEHOLDERS as readonly string[]).includes(name),
  );
  if (unknown) {
    return `has the placeholder ${unknown[0]}, which is unknown. There are {tenant}, {namespace} and {component}; write it such as ${EXAMPLE}.`;
  }
  if (/[{}]/.test(host)) {
    return `has a placeholder in its host. Write the host of one registry, such as ${EXAMPLE}.`;
  }
  if (!path.includes('{tenant}')) {
    return `lacks {tenant}, so that tenants would build with layers of one another. Write it such as ${EXAMPLE}.`;
  }
  const isTwice = PLACEHOLDERS.some(
    name => template.split(`{${name}}`).length > 2,
  );
  if (isTwice || parts.some(part => part.split('{').length > 2)) {
    return `has a placeholder twice, or two in one part. Write each once, in a part of its own, such as ${EXAMPLE}.`;
  }
  const component = path.indexOf('{component}');
  const owner = Math.max(path.indexOf('{tenant}'), path.indexOf('{namespace}'));
  if (component >= 0 && component < owner) {
    return `has {component} before what tells the tenant, so that no login could be let into the part of one tenant alone. Write it such as ${EXAMPLE}.`;
  }
  if (!/[^/]/.test(path.replace(/\{[^{}]*\}/g, ''))) {
    return `is of placeholders alone, so that images could be in the same repositories. Write a part that is for the cache alone, such as ${EXAMPLE}.`;
  }
  return findReferenceProblem(template);
}

function findReferenceProblem(template: string): string | undefined {
  const fill = (length: (name: (typeof PLACEHOLDERS)[number]) => number) =>
    PLACEHOLDERS.reduce(
      (text, name) => text.replaceAll(`{${name}}`, 'x'.repeat(length(name))),
      template,
    );
  const parsed = parseImageReference(fill(() => 1));
  if (!parsed.ok) {
    return `is no repository. ${parsed.problem}`;
  }
  const { host, tag, digest } = parsed.reference;
  if (host === undefined) {
    return `names no registry. Write its host first, such as ${EXAMPLE}.`;
  }
  if (tag !== undefined || digest !== undefined) {
    return `has a tag or a digest, which the builds choose. Write it without, such as ${EXAMPLE}.`;
  }
  const excess =
    fill(name => MAX_PART_LENGTHS[name]).length +
    MAX_PLATFORM_LENGTH -
    MAX_NAME_LENGTH;
  return excess > 0
    ? `can become ${excess} characters too long for a registry, with the longest names of tenants and components. Shorten it by as many.`
    : undefined;
}
