// @ts-check

/**
 * A build on a cluster may wait long between being handed over and its first
 * step: for a node, for a quota, for an image that cannot be pulled. Its reader
 * wants to know which, and, once its steps run, where. Builds and steps from
 * before this migration have none of it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('builds', table => {
    table
      .string('phase_reason', 200)
      .comment('Why it is in its phase, as a word of the executor');
    table.text('phase_message').comment('The same as a sentence of it');
  });
  await knex.schema.alterTable('build_steps', table => {
    table.string('image', 1000).comment('Of its container');
    // The longest names that Kubernetes allows.
    table.string('pod', 253);
    table.string('node', 253);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Knex copies the whole table for this on SQLite, which has long been able to do it by itself.
  for (const column of ['image', 'pod', 'node']) {
    await knex.raw('ALTER TABLE build_steps DROP COLUMN ??', [column]);
  }
  for (const column of ['phase_reason', 'phase_message']) {
    await knex.raw('ALTER TABLE builds DROP COLUMN ??', [column]);
  }
};
