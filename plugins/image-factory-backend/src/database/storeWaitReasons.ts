import { Knex } from 'knex';
import { Wait } from '../planner';
import { toColumn, toIso } from './engine';
import { WaitReasonRow } from './tables';

/** Stores why builds wait where that has changed, and forgets what no longer holds. Once per (tenant, placement key), not in every row of the queue. */
export async function storeWaitReasons(
  trx: Knex.Transaction,
  now: number,
  waits: Wait[],
): Promise<void> {
  const stored = await trx<WaitReasonRow>('wait_reasons').select();
  const keyOf = (tenant: string, placementKey: string) =>
    JSON.stringify([tenant, placementKey]);
  const before = new Map(
    stored.map(row => [keyOf(row.tenant, row.placement_key), row]),
  );
  for (const { tenant, placementKey, reason } of waits) {
    const key = keyOf(tenant, placementKey);
    const known = before.get(key);
    before.delete(key);
    const data = JSON.stringify(reason.data);
    if (known?.code === reason.code && known.data === data) continue;
    await trx<WaitReasonRow>('wait_reasons')
      .insert({
        tenant,
        placement_key: placementKey,
        code: reason.code,
        data,
        // The same reason with other numbers has stood since it came up.
        since: known?.code === reason.code ? toIso(known.since) : toColumn(now),
      })
      .onConflict(['tenant', 'placement_key'])
      .merge();
  }
  for (const gone of before.values()) {
    await trx<WaitReasonRow>('wait_reasons')
      .where({ tenant: gone.tenant, placement_key: gone.placement_key })
      .delete();
  }
}
