// @ts-check

/**
 * A build on Kubernetes runs by the version of a pipeline template that was the
 * default when it was submitted, also when a later one has become that: so each
 * version is a row that is never changed, and a build's config names one. Builds
 * from before this migration name none, and run by the default.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('pipeline_templates', table => {
    table.comment('Versions of the Tekton Pipelines that builds run by');
    table.string('id', 36).primary();
    table.string('name', 100).notNullable();
    table.string('build_method', 50).notNullable();
    table.text('template_yaml').notNullable();
    table.string('version', 50).notNullable().comment('Semantic');
    table.boolean('is_default').notNullable().comment('Of its build method');
    table.text('parameters').notNullable().comment('What it declares, as JSON');
    table.string('digest', 71).notNullable().comment('Of the text');
    table.string('created_by', 500).notNullable();
    table.timestamp('created_at', { precision: 3, useTz: true }).notNullable();
    table.timestamp('deprecated_at', { precision: 3, useTz: true });
    table.text('note');
    table.unique(['name', 'version'], {
      indexName: 'pipeline_templates_name_version_uniq',
    });
  });
  await knex.raw(
    'CREATE UNIQUE INDEX pipeline_templates_default_uniq ON pipeline_templates (build_method) WHERE is_default',
  );
  await knex.schema.alterTable('build_configs', table => {
    table
      .string('template_id', 36)
      .comment('The version that it was submitted with; none is ever removed');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('build_configs', table => {
    table.dropColumn('template_id');
  });
  await knex.schema.dropTable('pipeline_templates');
};
