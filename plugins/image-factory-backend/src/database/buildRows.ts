import {
  Build,
  BuildPhase,
  BuildStatus,
  VulnerabilityCounts,
  VulnerabilitySeverity,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildConfig,
  PinnedTemplate,
} from '@image-factory/backstage-plugin-image-factory-node';
import { Knex } from 'knex';
import { SEVERITIES, countMetric } from '../checks';
import { describeSource } from '../model';
import { toIso, toOptionalIso } from './engine';
import { BigIntColumn, BuildConfigRow, BuildRow } from './tables';

/** A build joined with its config, its latest execution, the image of that and what its scan has counted. */
export type JoinedBuildRow = BuildRow &
  Omit<BuildConfigRow, 'build_id'> & {
    template_name: string | null;
    template_version: string | null;
    template_digest: string | null;
    executor: string | null;
    digest: string | null;
    size_bytes: BigIntColumn | null;
  } & Record<`vulnerabilities_${VulnerabilitySeverity}`, number | null>;

/** The query that all reads of builds start from. */
export function selectBuilds(knex: Knex): Knex.QueryBuilder {
  const imageColumn = (column: string) =>
    knex('artifacts')
      .select(column)
      .whereRaw('artifacts.execution_id = latest.id')
      .where('artifacts.type', 'image')
      .orderBy('artifacts.name')
      .limit(1)
      .as(column);
  const countColumn = (severity: VulnerabilitySeverity) =>
    knex('metrics')
      .select('value')
      .whereRaw('metrics.execution_id = latest.id')
      .where('metrics.name', countMetric(severity))
      .limit(1)
      .as(`vulnerabilities_${severity}`);
  return knex('builds')
    .join('build_configs', 'build_configs.build_id', 'builds.id')
    .leftJoin(
      'pipeline_templates',
      'pipeline_templates.id',
      'build_configs.template_id',
    )
    .leftJoin('build_executions as latest', join =>
      join
        .on('latest.build_id', 'builds.id')
        .andOn('latest.attempt', 'builds.attempt'),
    )
    .select(
      'builds.*',
      'build_configs.source',
      'build_configs.source_location',
      'build_configs.request',
      'build_configs.image_template',
      'build_configs.image_reference',
      'build_configs.tags',
      'build_configs.delivery',
      'build_configs.parameters',
      'build_configs.platforms',
      'build_configs.timeout_seconds',
      'build_configs.inputs_hash',
      'build_configs.template_id',
      'pipeline_templates.name as template_name',
      'pipeline_templates.version as template_version',
      'pipeline_templates.digest as template_digest',
      'latest.executor',
      imageColumn('digest'),
      imageColumn('size_bytes'),
      ...SEVERITIES.map(countColumn),
    );
}

/** The build as the API tells it. */
export function toBuild(row: JoinedBuildRow): Build {
  return {
    id: row.id,
    number: row.number,
    entityRef: row.entity_ref,
    imageName: row.image_name,
    image: row.image_reference,
    tags: JSON.parse(row.tags),
    tenant: row.tenant,
    method: row.method,
    infrastructure: row.infrastructure,
    status: row.status as BuildStatus,
    phase: (row.phase ?? undefined) as BuildPhase | undefined,
    phaseReason: row.phase_reason ?? undefined,
    phaseMessage: row.phase_message ?? undefined,
    priority: row.priority,
    parameters: JSON.parse(row.parameters),
    source: describeSource(JSON.parse(row.source), row.source_location),
    timeoutSeconds: row.timeout_seconds,
    createdBy: row.created_by,
    createdAt: toIso(row.created_at),
    queuedAt: toOptionalIso(row.queued_at),
    startedAt: toOptionalIso(row.started_at),
    finishedAt: toOptionalIso(row.finished_at),
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    notBefore: toOptionalIso(row.not_before),
    cancelRequestedAt: toOptionalIso(row.cancel_requested_at),
    cancelRequestedBy: row.cancel_requested_by ?? undefined,
    failure: row.failure ? JSON.parse(row.failure) : undefined,
    rebuildOf: row.parent_build_id ?? undefined,
    executor: row.executor ?? undefined,
    digest: row.digest ?? undefined,
    sizeBytes: row.size_bytes === null ? undefined : Number(row.size_bytes),
    vulnerabilities: toCounts(row),
  };
}

/** Each scan counts all severities. */
function toCounts(row: JoinedBuildRow): VulnerabilityCounts | undefined {
  const count = (severity: VulnerabilitySeverity) =>
    row[`vulnerabilities_${severity}`];
  if (SEVERITIES.some(severity => count(severity) === null)) return undefined;
  return {
    critical: count('critical')!,
    high: count('high')!,
    medium: count('medium')!,
    low: count('low')!,
    unknown: count('unknown')!,
  };
}

/** The inputs of a build as executors and methods get them. */
export function toBuildConfig(
  row: Pick<
    JoinedBuildRow,
    | 'entity_ref'
    | 'image_name'
    | 'tenant'
    | 'method'
    | 'infrastructure'
    | 'template_name'
    | 'template_version'
    | 'template_digest'
  > &
    Omit<BuildConfigRow, 'build_id'>,
): BuildConfig {
  return {
    entityRef: row.entity_ref,
    imageName: row.image_name,
    tenant: row.tenant,
    method: row.method,
    infrastructure: row.infrastructure,
    source: JSON.parse(row.source),
    image: {
      reference: row.image_reference,
      tags: JSON.parse(row.tags),
      delivery: row.delivery as BuildConfig['image']['delivery'],
    },
    parameters: JSON.parse(row.parameters),
    platforms: JSON.parse(row.platforms),
    timeoutSeconds: row.timeout_seconds,
    template: toTemplate(row),
  };
}

function toTemplate(
  row: Pick<
    JoinedBuildRow,
    'template_id' | 'template_name' | 'template_version' | 'template_digest'
  >,
): PinnedTemplate | undefined {
  const { template_id: id, template_name: name } = row;
  if (id === null || name === null) return undefined;
  return {
    id,
    name,
    version: row.template_version!,
    digest: row.template_digest!,
  };
}
