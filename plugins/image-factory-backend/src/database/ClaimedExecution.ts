import {
  BuildConfig,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JoinedBuildRow, toBuildConfig } from './buildRows';
import { Knex } from 'knex';
import { Fence } from './fence';
import { ExecutionRow } from './tables';

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
  /** Only where it was taken over, from another process or from this one. */
  resumedFrom?: {
    /** Where its updates go on. */
    cursor: string | undefined;
    /** Where it is known to be started. */
    run: RunReference | undefined;
    isCancelWanted: boolean;
  };
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

/** The nodes that attempts of a build were lost with: the next one had better run elsewhere. */
export async function readLostNodes(
  knex: Knex,
  buildId: string,
): Promise<string[]> {
  const lists = await knex<ExecutionRow>('build_executions')
    .where({ build_id: buildId })
    .whereNotNull('lost_nodes')
    .pluck('lost_nodes');
  return [...new Set(lists.flatMap(list => readList(list)))].sort();
}

function readList(text: string | null): string[] {
  return text ? JSON.parse(text) : [];
}
