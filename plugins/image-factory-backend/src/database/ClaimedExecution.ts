import { BuildConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { JoinedBuildRow, toBuildConfig } from './buildRows';
import { Knex } from 'knex';
import { Fence } from './fence';
import { StepRow } from './tables';

/** An execution that this process now holds. */
export type ClaimedExecution = Fence & {
  buildId: string;
  entityRef: string;
  attempt: number;
  executor: string;
  name: string;
  config: BuildConfig;
  buildNumber: number;
  requestedBy: string;
  /** The nodes that earlier attempts were lost with. */
  avoidNodes: string[];
  /** Where its updates go on; only where it was taken over from another process. */
  resumedFrom?: { cursor: string | undefined };
};

/** What an execution has of its build. */
export function toClaimed(
  row: JoinedBuildRow,
): Pick<
  ClaimedExecution,
  'buildId' | 'entityRef' | 'config' | 'buildNumber' | 'requestedBy'
> {
  return {
    buildId: row.id,
    entityRef: row.entity_ref,
    config: toBuildConfig(row),
    buildNumber: row.number,
    requestedBy: row.created_by,
  };
}

/** The nodes on which attempts of a build were lost: the next one is to run elsewhere. */
export async function readLostNodes(
  knex: Knex,
  buildId: string,
): Promise<string[]> {
  return knex<StepRow>('build_steps')
    .join('build_executions', 'build_executions.id', 'build_steps.execution_id')
    .where('build_executions.build_id', buildId)
    .where('build_executions.status', 'lost')
    .whereNotNull('build_steps.node')
    .distinct('build_steps.node')
    .orderBy('build_steps.node')
    .pluck('build_steps.node');
}
