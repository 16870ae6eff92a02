import { ChosenTool } from '@image-factory/backstage-plugin-image-factory-node';
import {
  CHECK_KINDS,
  Checks,
  CheckSettings,
  demandedChecks,
  demandOf,
} from '../../../checks';
import { chooseFor } from '../chooseTools';
import { DetectedTool } from '../tools';

/** The tools of checks, of those that are demanded. */
export type CheckTools = Partial<Record<keyof Checks, ChosenTool>>;

/** What runs the checks, or what is missing for them and how to get it. */
export type CheckToolChoice =
  | { ok: true; tools: CheckTools }
  | { ok: false; message: string; hint: string };

/** The programs of the checks that are demanded here. */
export function checkPrograms(settings: CheckSettings): string[] {
  return demandedKinds(settings).map(check => CHECK_KINDS[check].program);
}

/** Chooses what runs the checks that are demanded: without it there is to be no image. */
export function chooseCheckTools(
  settings: CheckSettings,
  detected: Map<string, DetectedTool>,
): CheckToolChoice {
  const tools: CheckTools = {};
  for (const check of demandedKinds(settings)) {
    const { title, program } = CHECK_KINDS[check];
    const choice = chooseFor({
      subject: `The ${title} of an image, which ${demandOf(
        check,
        settings,
      )} demands,`,
      requirements: [{ purpose: check, anyOf: [{ name: program }] }],
      detected,
      order: [],
    });
    if (!choice.ok) return choice;
    tools[check] = choice.tools[check];
  }
  return { ok: true, tools };
}

function demandedKinds(settings: CheckSettings): (keyof Checks)[] {
  const demanded = demandedChecks(settings);
  return (['sbom', 'scan'] as const).filter(check => demanded[check]);
}
