// @ts-check

/**
 * A reader of a log may want to know when its lines came. Their chunk knows to
 * a fifth of a second; chunks from before this migration do not, and never will.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('build_log_chunks', table => {
    table
      .timestamp('recorded_at', { useTz: true, precision: 3 })
      .comment('When its bytes came; empty where that was not kept');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Knex copies the whole table for this on SQLite, which has long been able to do it by itself.
  await knex.raw('ALTER TABLE build_log_chunks DROP COLUMN recorded_at');
};
