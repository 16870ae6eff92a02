// @ts-check

/**
 * The tables of the queue and of what builds leave behind.
 *
 * The queue is `builds.status = 'queued'`; there is no queue table, so that a
 * build and its place in the queue can never disagree. Times are written as ISO
 * 8601 in UTC with milliseconds: timestamps in PostgreSQL, text that sorts by
 * time in SQLite.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  /** @param {import('knex').Knex.CreateTableBuilder} table @param {string} name */
  const time = (table, name) =>
    table.timestamp(name, { useTz: true, precision: 3 });

  await knex.schema.createTable('builds', table => {
    table.comment('One request for an image');
    table.string('id', 36).primary().comment('UUID');
    table.integer('number').notNullable().comment('Counts within the entity');
    table.string('entity_ref', 500).notNullable();
    table.string('image_name', 100).notNullable();
    table.string('tenant', 500).notNullable().comment('Accounted to');
    table
      .string('placement_key', 64)
      .notNullable()
      .comment('Hash of what decides where the build may run');
    table.string('method', 50).notNullable();
    table.string('infrastructure', 100).notNullable();
    table.string('status', 20).notNullable();
    table.string('phase', 20).comment('Where a running build is');
    table.integer('priority').notNullable().defaultTo(0);
    table.string('created_by', 500).notNullable();
    time(table, 'created_at').notNullable();
    time(table, 'queued_at');
    time(table, 'started_at');
    time(table, 'finished_at');
    table.integer('attempt').notNullable().defaultTo(0);
    table.integer('max_attempts').notNullable();
    time(table, 'not_before').comment('A retry waits until then');
    time(table, 'cancel_requested_at');
    table.string('cancel_requested_by', 500);
    table.string('cancel_mode', 20);
    table.text('failure').comment('JSON of the last failure');
    table
      .string('parent_build_id', 36)
      .references('id')
      .inTable('builds')
      .onDelete('SET NULL')
      .comment('The build that this one rebuilds');

    table.unique(['entity_ref', 'number'], {
      indexName: 'builds_entity_ref_number_uniq',
    });
    table.index(['created_at', 'id'], 'builds_created_at_idx');
    table.index(['number', 'id'], 'builds_number_idx');
    table.index(['entity_ref', 'created_at', 'id'], 'builds_entity_ref_idx');
    table.index(['created_by', 'created_at', 'id'], 'builds_created_by_idx');
    // The claim reads the head of each (tenant, priority, placement key) from
    // this index alone, so that builds which may not run cost it nothing.
    table.index(
      ['tenant', 'priority', 'placement_key', 'queued_at', 'id', 'not_before'],
      'builds_queued_idx',
      { predicate: knex.whereRaw("status = 'queued'") },
    );
    table.index(['tenant', 'id'], 'builds_running_idx', {
      predicate: knex.whereRaw("status = 'running'"),
    });
  });

  await knex.schema.createTable('build_configs', table => {
    table.comment('The inputs of a build; written once, one row a build');
    table
      .string('build_id', 36)
      .primary()
      .references('id')
      .inTable('builds')
      .onDelete('CASCADE');
    table.text('source').notNullable().comment('JSON of where the sources are');
    table.string('source_location', 1000).notNullable().comment('For readers');
    table.text('request').notNullable().comment('JSON of what was asked for');
    table
      .string('image_template', 500)
      .notNullable()
      .comment('The reference with a placeholder for the number of the build');
    table.string('image_reference', 500).notNullable();
    table.text('tags').notNullable().comment('JSON list of further tags');
    table.string('delivery', 20).notNullable().comment('export or push');
    table.text('parameters').notNullable().comment('JSON, defaults filled in');
    table.text('platforms').notNullable().comment('JSON list');
    table.integer('timeout_seconds').notNullable();
    table
      .string('inputs_hash', 64)
      .notNullable()
      .comment('SHA-256 of the above');
  });

  await knex.schema.createTable('build_executions', table => {
    table.comment('One attempt to run a build on one executor');
    table.string('id', 36).primary();
    table
      .string('build_id', 36)
      .notNullable()
      .references('id')
      .inTable('builds')
      .onDelete('CASCADE');
    table.integer('attempt').notNullable();
    table.string('executor', 100).notNullable();
    table.string('external_name', 63).notNullable();
    table.string('status', 20).notNullable();
    table
      .string('owner', 200)
      .notNullable()
      .comment('The process that holds it');
    table
      .integer('lease_token')
      .notNullable()
      .comment(
        'Raised with every new holder; a write under an older one is refused',
      );
    time(table, 'lease_expires_at').notNullable();
    table.text('cursor').comment('Where its collector may resume');
    time(table, 'started_at').notNullable();
    time(table, 'finished_at');
    table.text('failure');

    table.unique(['build_id', 'attempt'], {
      indexName: 'build_executions_build_id_attempt_uniq',
    });
    table.index(['lease_expires_at'], 'build_executions_lease_idx', {
      predicate: knex.whereRaw("status = 'running'"),
    });
    table.index(['owner'], 'build_executions_owner_idx', {
      predicate: knex.whereRaw("status = 'running'"),
    });
  });

  await knex.schema.createTable('build_steps', table => {
    table.comment('One unit inside an execution');
    table.string('id', 36).primary();
    table
      .string('execution_id', 36)
      .notNullable()
      .references('id')
      .inTable('build_executions')
      .onDelete('CASCADE');
    table.integer('ordinal').notNullable();
    table.string('name', 100).notNullable();
    table.string('status', 20).notNullable();
    time(table, 'started_at');
    time(table, 'finished_at');
    table.integer('exit_code');
    table.text('reason');
    table.string('tool', 100);
    table.bigInteger('log_bytes').notNullable().defaultTo(0);
    table.bigInteger('log_lines').notNullable().defaultTo(0);

    table.unique(['execution_id', 'name'], {
      indexName: 'build_steps_execution_id_name_uniq',
    });
  });

  await knex.schema.createTable('build_log_chunks', table => {
    table.comment('The logs of steps, appended only, gzip');
    table
      .string('step_id', 36)
      .notNullable()
      .references('id')
      .inTable('build_steps')
      .onDelete('CASCADE');
    table.bigInteger('first_byte').notNullable();
    table.bigInteger('first_line').notNullable().comment('From 1');
    table.integer('byte_length').notNullable().comment('Before compression');
    table.binary('data').notNullable();

    table.primary(['step_id', 'first_byte']);
  });

  await knex.schema.createTable('artifacts', table => {
    table.comment('What builds have produced');
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
    table.string('type', 50).notNullable();
    table.string('name', 500).notNullable();
    table.string('reference', 1000);
    table.string('digest', 200);
    table.string('media_type', 200);
    table.bigInteger('size_bytes');
    table.string('platform', 100);
    table.string('blob_key', 500);

    table.unique(['execution_id', 'type', 'name'], {
      indexName: 'artifacts_execution_id_type_name_uniq',
    });
    table.index(['build_id'], 'artifacts_build_id_idx');
  });

  await knex.schema.createTable('build_events', table => {
    table.comment(
      'The history of builds, and the outbox of what to tell others',
    );
    table
      .string('build_id', 36)
      .notNullable()
      .references('id')
      .inTable('builds')
      .onDelete('CASCADE');
    table.integer('sequence').notNullable();
    table.string('type', 50).notNullable();
    time(table, 'at').notNullable();
    table.string('actor', 500).notNullable();
    table.text('data').notNullable().comment('JSON');
    time(table, 'published_at');

    table.primary(['build_id', 'sequence']);
    table.index(['at'], 'build_events_unpublished_idx', {
      predicate: knex.whereRaw('published_at IS NULL'),
    });
  });

  await knex.schema.createTable('wait_reasons', table => {
    table.comment('Why builds of a tenant and placement key do not run yet');
    table.string('tenant', 500).notNullable();
    table.string('placement_key', 64).notNullable();
    table.string('code', 50).notNullable();
    table.text('data').notNullable().comment('JSON');
    time(table, 'since').notNullable();

    table.primary(['tenant', 'placement_key']);
  });

  await knex.schema.createTable('scheduling', table => {
    table.comment('The one row whose lock serialises what is claimed');
    table.integer('id').primary();
    table.bigInteger('revision').notNullable().defaultTo(0);
    time(table, 'claimed_at').comment('When a claim last succeeded');
  });
  await knex('scheduling').insert({ id: 1, revision: 0 });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const table of [
    'scheduling',
    'wait_reasons',
    'build_events',
    'artifacts',
    'build_log_chunks',
    'build_steps',
    'build_executions',
    'build_configs',
    'builds',
  ]) {
    await knex.schema.dropTable(table);
  }
};
