// @ts-check

/**
 * Requests that may be sent twice, such as a click on a bad network or a
 * template step that is run again, name themselves with a key; the same key
 * leads to the same build.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('idempotency_keys', table => {
    table.comment('Which build a request with a key has made');
    table.string('principal', 500).notNullable().comment('Whose key it is');
    table.string('key', 200).notNullable();
    table.string('body_hash', 64).notNullable().comment('SHA-256');
    table
      .string('build_id', 36)
      .notNullable()
      .references('id')
      .inTable('builds')
      .onDelete('CASCADE');
    table
      .timestamp('expires_at', { useTz: true, precision: 3 })
      .notNullable()
      .index('idempotency_keys_expires_at_idx');

    table.primary(['principal', 'key']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('idempotency_keys');
};
