// @ts-check

/**
 * What is measured of builds stays when their logs and archives go, so that
 * trends can be told over months.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('metrics', table => {
    table.comment('What was measured of executions and of their steps');
    table.string('id', 36).primary();
    table
      .string('build_id', 36)
      .notNullable()
      .references('id')
      .inTable('builds')
      .onDelete('CASCADE');
    table
      .string('execution_id', 36)
      .notNullable()
      .references('id')
      .inTable('build_executions')
      .onDelete('CASCADE');
    table
      .string('step', 100)
      .notNullable()
      .defaultTo('')
      .comment('Empty where it is of the whole execution');
    table.string('name', 100).notNullable();
    table.double('value').notNullable();
    table.string('unit', 20).notNullable();

    table.unique(['execution_id', 'step', 'name'], {
      indexName: 'metrics_execution_id_step_name_uniq',
    });
    table.index(['build_id'], 'metrics_build_id_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('metrics');
};
