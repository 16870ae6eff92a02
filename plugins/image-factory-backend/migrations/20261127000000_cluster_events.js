// @ts-check

/**
 * A cluster tells by its Events what it does with the pods of a build, and
 * forgets them after an hour: whoever looks later has only what was kept here.
 * They go with their build. Executions from before this migration have none.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('cluster_events', table => {
    table.comment('Events of a cluster that concern executions');
    table
      .string('execution_id', 36)
      .notNullable()
      .references('id')
      .inTable('build_executions')
      .onDelete('CASCADE');
    table.string('key', 253).notNullable().comment('The uid, on Kubernetes');
    table
      .integer('ordinal')
      .notNullable()
      .comment(
        'Which it was to come, from 0: times of a cluster are to the second',
      );
    table.string('type', 20).notNullable().comment('Normal or Warning');
    // The longest names that Kubernetes allows.
    table.string('object_kind', 63).notNullable();
    table.string('object_name', 253).notNullable();
    table.string('reason', 200).notNullable();
    table.text('message').notNullable();
    table.integer('count').notNullable().comment('How often it has happened');
    table
      .timestamp('first_seen_at', { useTz: true, precision: 3 })
      .notNullable();
    table
      .timestamp('last_seen_at', { useTz: true, precision: 3 })
      .notNullable();

    table.primary(['execution_id', 'key']);
  });
  await knex.schema.alterTable('build_executions', table => {
    table
      .text('cluster_events_problem')
      .comment('Why the events of the cluster are not seen');
    table
      .boolean('cluster_events_truncated')
      .notNullable()
      .defaultTo(false)
      .comment('Whether there were more than are kept');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Knex copies the whole table for this on SQLite, which has long been able to do it by itself.
  for (const column of ['cluster_events_problem', 'cluster_events_truncated']) {
    await knex.raw('ALTER TABLE build_executions DROP COLUMN ??', [column]);
  }
  await knex.schema.dropTable('cluster_events');
};
