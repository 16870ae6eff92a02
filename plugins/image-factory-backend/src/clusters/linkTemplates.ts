import { Config } from '@backstage/config';
import { ClusterLink } from '@image-factory/backstage-plugin-image-factory-common';

/** What a link may be made for. What is not known yet has no value. */
export type LinkValues = {
  namespace?: string;
  pipelineRun?: string;
  pod?: string;
  node?: string;
};

/** A link with placeholders for {@link LinkValues} in its address. */
export type LinkTemplate = { title: string; url: string };

const PLACEHOLDERS = ['namespace', 'pipelineRun', 'pod', 'node'] as const;
/** Of these a run may have several, so they are for its steps. */
const OF_STEPS: readonly Placeholder[] = ['pod', 'node'];
const PLACEHOLDER = /\{([^{}]*)\}/g;
/** Whose address it is stands fast: no value may lead elsewhere. */
const ORIGIN = /^https?:\/\/[^/?#{}@\s]+(?:[/?#]|$)/;

type Placeholder = (typeof PLACEHOLDERS)[number];

/**
 * Reads the links of a cluster.
 *
 * @param field - the path of the cluster's configuration, for whoever has to correct it
 * @throws Error that says what is wrong and what to write instead
 */
export function readLinks(config: Config, field: string): LinkTemplate[] {
  return (config.getOptionalConfigArray('links') ?? []).map(link => {
    const title = link.getString('title').trim();
    const url = link.getString('url').trim();
    if (title === '') {
      throw new Error(
        `${field}.links: the link to ${url} has an empty title. Name the tool that it leads to.`,
      );
    }
    const place = `${field}.links: the url of "${title}"`;
    if (!ORIGIN.test(url) || !URL.canParse(url)) {
      throw new Error(
        `${place} is "${url}". Write a whole address that begins with https:// or http:// and a host without placeholders.`,
      );
    }
    const unknown = placeholdersOf(url).find(
      name => !(PLACEHOLDERS as readonly string[]).includes(name),
    );
    if (unknown !== undefined) {
      throw new Error(
        `${place} has the placeholder {${unknown}}, which is unknown. There are ${PLACEHOLDERS.map(
          name => `{${name}}`,
        ).join(', ')}; a brace that is meant as such is written %7B or %7D.`,
      );
    }
    if (/[{}]/.test(url.replace(PLACEHOLDER, ''))) {
      throw new Error(
        `${place} has a brace without its other half. Close the placeholder, or write %7B or %7D for a brace that is meant as such.`,
      );
    }
    return { title, url };
  });
}

/** The links for a run as a whole. */
export function linksOfRun(
  templates: LinkTemplate[],
  values: Pick<LinkValues, 'namespace' | 'pipelineRun'>,
): ClusterLink[] {
  return fill(
    templates.filter(({ url }) => !isOfSteps(url)),
    values,
  );
}

/** The links for a step, which lead to its pod or its node. */
export function linksOfStep(
  templates: LinkTemplate[],
  values: LinkValues,
): ClusterLink[] {
  return fill(
    templates.filter(({ url }) => isOfSteps(url)),
    values,
  );
}

/** Those that all values are there for. */
function fill(templates: LinkTemplate[], values: LinkValues): ClusterLink[] {
  return templates
    .filter(({ url }) => placeholdersOf(url).every(name => values[name]))
    .map(({ title, url }) => ({
      title,
      url: url.replace(PLACEHOLDER, (_, name: Placeholder) =>
        encodeURIComponent(values[name]!),
      ),
    }));
}

function isOfSteps(url: string): boolean {
  return placeholdersOf(url).some(name => OF_STEPS.includes(name));
}

function placeholdersOf(url: string): Placeholder[] {
  return [...url.matchAll(PLACEHOLDER)].map(([, name]) => name as Placeholder);
}
