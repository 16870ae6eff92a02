// @ts-check

/**
 * Whoever may see builds by owning their entity is asked of the catalog too
 * late: a list, its count and its cursor need it in SQL. These rows say it,
 * and are kept by submits and by a sweep. They stay when their entity goes, so
 * that its builds do not vanish for those who owned it; builds from before this
 * migration get theirs by the first sweep.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('entity_owners', table => {
    table.comment('Who owns the entities that have builds, by the catalog');
    table.string('entity_ref', 500).notNullable();
    table
      .string('owner_ref', 500)
      .notNullable()
      .comment('The target of a relation ownedBy');
    table.primary(['entity_ref', 'owner_ref']);
    table.index(['owner_ref'], 'entity_owners_owner_ref_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('entity_owners');
};
