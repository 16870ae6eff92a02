/** A column that PostgreSQL gives as a Date and SQLite as ISO text. */
export type TimeColumn = Date | string;

/** A bigint column: text from PostgreSQL, a number from SQLite. */
export type BigIntColumn = string | number;

export type BuildRow = {
  id: string;
  number: number;
  entity_ref: string;
  image_name: string;
  tenant: string;
  placement_key: string;
  method: string;
  infrastructure: string;
  status: string;
  phase: string | null;
  phase_reason: string | null;
  phase_message: string | null;
  priority: number;
  created_by: string;
  created_at: TimeColumn;
  queued_at: TimeColumn | null;
  started_at: TimeColumn | null;
  finished_at: TimeColumn | null;
  attempt: number;
  max_attempts: number;
  not_before: TimeColumn | null;
  cancel_requested_at: TimeColumn | null;
  cancel_requested_by: string | null;
  cancel_mode: string | null;
  failure: string | null;
  parent_build_id: string | null;
};

export type BuildConfigRow = {
  build_id: string;
  source: string;
  source_location: string;
  request: string;
  image_template: string;
  image_reference: string;
  tags: string;
  delivery: string;
  parameters: string;
  platforms: string;
  timeout_seconds: number;
  inputs_hash: string;
  template_id: string | null;
};

export type PipelineTemplateRow = {
  id: string;
  name: string;
  build_method: string;
  template_yaml: string;
  version: string;
  is_default: boolean | number;
  parameters: string;
  digest: string;
  created_by: string;
  created_at: TimeColumn;
  deprecated_at: TimeColumn | null;
  note: string | null;
};

export type ExecutionRow = {
  id: string;
  build_id: string;
  attempt: number;
  executor: string;
  external_name: string;
  status: string;
  owner: string;
  lease_token: number;
  lease_expires_at: TimeColumn;
  cursor: string | null;
  started_at: TimeColumn;
  finished_at: TimeColumn | null;
  failure: string | null;
  run_reference: string | null;
  lost_nodes: string | null;
  cluster_events_problem: string | null;
  cluster_events_truncated: boolean | number;
};

export type ClusterEventRow = {
  execution_id: string;
  key: string;
  ordinal: number;
  type: string;
  object_kind: string;
  object_name: string;
  reason: string;
  message: string;
  count: number;
  first_seen_at: TimeColumn;
  last_seen_at: TimeColumn;
};

export type StepRow = {
  id: string;
  execution_id: string;
  ordinal: number;
  name: string;
  status: string;
  started_at: TimeColumn | null;
  finished_at: TimeColumn | null;
  exit_code: number | null;
  reason: string | null;
  tool: string | null;
  image: string | null;
  pod: string | null;
  namespace: string | null;
  node: string | null;
  task: string | null;
  run_after: string | null;
  log_bytes: BigIntColumn;
  log_lines: BigIntColumn;
};

export type LogChunkRow = {
  step_id: string;
  first_byte: BigIntColumn;
  first_line: BigIntColumn;
  byte_length: number;
  data: Buffer;
  recorded_at: TimeColumn | null;
};

export type ArtifactRow = {
  id: string;
  build_id: string;
  execution_id: string;
  type: string;
  name: string;
  reference: string | null;
  digest: string | null;
  media_type: string | null;
  size_bytes: BigIntColumn | null;
  platform: string | null;
  blob_key: string | null;
};

export type MetricRow = {
  id: string;
  build_id: string;
  execution_id: string;
  /** Empty where it is of the whole execution. */
  step: string;
  name: string;
  value: number;
  unit: string;
};

export type BuildEventRow = {
  build_id: string;
  sequence: number;
  type: string;
  at: TimeColumn;
  actor: string;
  data: string;
  published_at: TimeColumn | null;
};

export type WaitReasonRow = {
  tenant: string;
  placement_key: string;
  code: string;
  data: string;
  since: TimeColumn;
};

export type IdempotencyKeyRow = {
  principal: string;
  key: string;
  body_hash: string;
  build_id: string;
  expires_at: TimeColumn;
};

export type EntityOwnerRow = {
  entity_ref: string;
  owner_ref: string;
};
