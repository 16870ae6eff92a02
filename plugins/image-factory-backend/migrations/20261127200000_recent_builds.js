// @ts-check

/**
 * What is asked of recent builds and executions alone must not cost more as they
 * become many: how long builds of a method have waited lately, which went through
 * all builds where the method is rare, and whose builds an executor had lately.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('builds', table => {
    table.index(['method', 'attempt', 'created_at'], 'builds_waits_idx', {
      predicate: knex.whereRaw('started_at IS NOT NULL'),
    });
  });
  await knex.schema.alterTable('build_executions', table => {
    table.index(
      ['executor', 'started_at'],
      'build_executions_executor_started_at_idx',
    );
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('build_executions', table => {
    table.dropIndex(
      ['executor', 'started_at'],
      'build_executions_executor_started_at_idx',
    );
  });
  await knex.schema.alterTable('builds', table => {
    table.dropIndex(['method', 'attempt', 'created_at'], 'builds_waits_idx');
  });
};
