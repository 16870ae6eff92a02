import {
  LocalPlan,
  LocalStep,
} from '@image-factory/backstage-plugin-image-factory-node';
import { CHECK_KINDS, Checks } from '../../../checks';

/** A step that finds something out of the image, by a tool of the executor's own. */
export type CheckStep = {
  name: string;
  action: { type: 'check'; check: keyof Checks };
};

/** A step of a run: one of the method's plan, or a check. */
export type RunStep = LocalStep | CheckStep;

/**
 * The steps of a plan with those of checks before the image is handed on. Its
 * layout is written at the end of the step before them, so that there is
 * something to look at.
 */
export function withCheckSteps(plan: LocalPlan, checks: Checks): RunStep[] {
  const wanted = (['sbom', 'scan'] as const).filter(check => checks[check]);
  const at = plan.steps.findIndex(
    ({ action }) => action.type === 'export-image',
  );
  if (wanted.length === 0 || at < 0) return plan.steps;
  const exporting = plan.steps[at];
  const building = plan.steps[at - 1];
  if (
    building?.action.type !== 'commands' ||
    exporting.action.type !== 'export-image'
  ) {
    throw new Error(
      `Nothing builds an image before the step ${exporting.name}, so that there is nothing to check`,
    );
  }
  const { action } = building;
  return [
    ...plan.steps.slice(0, at - 1),
    {
      ...building,
      action: {
        ...action,
        commands: [...action.commands, ...exporting.action.commands],
      },
    },
    ...wanted.map(
      (check): CheckStep => ({
        name: CHECK_KINDS[check].step,
        action: { type: 'check', check },
      }),
    ),
    { ...exporting, action: { ...exporting.action, commands: [] } },
    ...plan.steps.slice(at + 1),
  ];
}
