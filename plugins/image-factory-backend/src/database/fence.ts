import { Knex } from 'knex';
import { ExecutionRow } from './tables';

/** What an execution's holder shows with every write. */
export type Fence = { executionId: string; leaseToken: number };

/** What came of a write under a token. */
export type FencedResult =
  | 'applied'
  /** Somebody else holds the execution, or it is over: touch nothing more. */
  | 'refused';

/**
 * Takes the row lock of an execution under its token. To be called first in
 * each transaction that writes for an execution: whoever has lost the lease is
 * refused, and a takeover waits until the writer is through.
 */
export async function holdsLease(
  trx: Knex.Transaction,
  fence: Fence,
): Promise<boolean> {
  const held = await trx<ExecutionRow>('build_executions')
    .where({
      id: fence.executionId,
      lease_token: fence.leaseToken,
      status: 'running',
    })
    .update({ lease_token: fence.leaseToken });
  return held === 1;
}
