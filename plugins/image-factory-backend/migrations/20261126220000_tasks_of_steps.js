// @ts-check

/**
 * Steps of a pipeline with several tasks run beside each other as well as after
 * each other; a reader sees which as a graph. With its namespace a pod can be
 * found in the cluster and in whatever watches it. Steps from before this
 * migration have none of it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('build_steps', table => {
    // The longest names that Kubernetes allows.
    table.string('namespace', 253);
    table.string('task', 253).comment('Of its pipeline');
    table
      .text('run_after')
      .comment('JSON array: the tasks that end before its own begins');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Knex copies the whole table for this on SQLite, which has long been able to do it by itself.
  for (const column of ['namespace', 'task', 'run_after']) {
    await knex.raw('ALTER TABLE build_steps DROP COLUMN ??', [column]);
  }
};
