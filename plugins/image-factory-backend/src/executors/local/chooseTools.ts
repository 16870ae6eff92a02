import {
  BuildMethod,
  ChosenTools,
  ToolRequirement,
} from '@image-factory/backstage-plugin-image-factory-node';
import { coerce, lt } from 'semver';
import { DetectedTool, installHint, recommendedTool } from './tools';

/** The tools for a method, or what is missing and how to get it. */
export type ToolChoice =
  | { ok: true; tools: ChosenTools }
  | { ok: false; message: string; hint: string };

/** Chooses by the operator's order; what is not in it comes last, in the method's order. */
export function chooseTools(
  method: BuildMethod,
  detected: Map<string, DetectedTool>,
  order: string[],
): ToolChoice {
  return chooseFor({
    subject: `Method ${method.id}`,
    requirements: method.tools,
    detected,
    order,
  });
}

/** The same for whatever needs tools. */
export function chooseFor(options: {
  /** As a sentence begins with it. */
  subject: string;
  requirements: ToolRequirement[];
  detected: Map<string, DetectedTool>;
  order: string[];
}): ToolChoice {
  const { subject, requirements, detected, order } = options;
  const tools: ChosenTools = {};
  for (const requirement of requirements) {
    const found = sortByOrder(requirement, order)
      .map(name => detected.get(name)?.chosen)
      .find(
        chosen => chosen && !isTooOld(requirement, chosen.name, chosen.version),
      );
    if (!found) {
      return describeMissing(subject, requirement, detected, order);
    }
    tools[requirement.purpose] = found;
  }
  return { ok: true, tools };
}

function sortByOrder(requirement: ToolRequirement, order: string[]): string[] {
  const rank = (name: string) => {
    const index = order.indexOf(name);
    return index < 0 ? order.length : index;
  };
  return requirement.anyOf
    .map(({ name }) => name)
    .sort((a, b) => rank(a) - rank(b));
}

function isTooOld(
  requirement: ToolRequirement,
  name: string,
  version: string,
): boolean {
  const minimum = requirement.anyOf.find(
    alternative => alternative.name === name,
  )?.minimumVersion;
  const found = coerce(version);
  return minimum !== undefined && found !== null && lt(found, minimum);
}

function describeMissing(
  subject: string,
  requirement: ToolRequirement,
  detected: Map<string, DetectedTool>,
  order: string[],
): ToolChoice {
  const names = sortByOrder(requirement, order);
  const missing: string[] = [];
  const reasons: string[] = [];
  for (const name of names) {
    const found = detected.get(name);
    const alternative = requirement.anyOf.find(one => one.name === name);
    if (found?.chosen) {
      reasons.push(
        `${name} ${found.chosen.version} is older than ${alternative?.minimumVersion}`,
      );
    } else if (!found || isNowhere(found)) {
      missing.push(name);
    } else {
      reasons.push(found.tool.message ?? `${name} cannot be used`);
    }
  }
  if (missing.length > 0) {
    reasons.push(
      missing.length === 1
        ? `${missing[0]} is not there`
        : `${listed(missing)} are not there`,
    );
  }
  return {
    ok: false,
    message: `${subject} needs ${listed(
      names,
      'or',
    )}, and this machine has none that can be used: ${reasons.join('; ')}.`,
    hint: wayOut(names, detected),
  };
}

/** A path that was told is not where one looks for a tool: what is wrong is the path. */
function isNowhere({ tool }: DetectedTool): boolean {
  return tool.status === 'missing' && tool.path === undefined;
}

/** What was configured wrongly, or is the only one that will do and there, is not to be installed but mended. */
function wayOut(names: string[], detected: Map<string, DetectedTool>): string {
  const misled = names
    .map(name => detected.get(name)?.tool)
    .find(tool => tool?.status === 'missing' && tool.path !== undefined);
  if (misled?.hint) return misled.hint;
  const noticed =
    'The page Executors tells more; the portal notices within a minute.';
  const only = names.length === 1 ? detected.get(names[0])?.tool : undefined;
  if (only?.status === 'unusable' && only.hint) {
    return `${only.hint} ${noticed}`;
  }
  const recommended = recommendedTool(names);
  return `Install one on the machine of the portal, such as ${recommended}: ${installHint(
    recommended,
  )}. ${noticed}`;
}

function listed(names: string[], word = 'and'): string {
  return names.length < 2
    ? names.join()
    : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}
