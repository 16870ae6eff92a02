// @ts-check

/**
 * A run stands where it was started, whatever is configured since: whoever takes
 * its execution over needs to know where that is, and that it was started at all.
 * And whether it was lost with its node tells where the next attempt had better
 * not run. Of executions from before this migration neither is known.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('build_executions', table => {
    table
      .text('run_reference')
      .comment('Where its executor finds the run again, as JSON');
    table
      .text('lost_nodes')
      .comment('The nodes that it was lost with, as a JSON array of names');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Knex copies the whole table for this on SQLite, which has long been able to do it by itself.
  for (const column of ['run_reference', 'lost_nodes']) {
    await knex.raw('ALTER TABLE build_executions DROP COLUMN ??', [column]);
  }
};
