import {
  ArtifactType,
  BuildPhase,
  Failure,
  StepStatus,
} from '@image-factory/backstage-plugin-image-factory-common';
import { ClusterEventSnapshot } from './clusterEvent';
import { NewMetric } from './metric';

/**
 * The state of one step, whole. Times are ISO 8601 in UTC with milliseconds.
 *
 * @public
 */
export type StepSnapshot = {
  /** Unique within the execution. */
  name: string;
  /** The place in the order of steps, from 0. */
  ordinal: number;
  status: StepStatus;
  startedAt?: string;
  finishedAt?: string;
  exitCode?: number;
  /** Why it is in this status, where there is more to say. */
  reason?: string;
  /** The tool that runs it, such as `buildah 1.28.2`. */
  tool?: string;
  /** The image that it runs in, where it runs in a container. */
  image?: string;
  /** The namespace that it runs in, where it runs on a cluster, */
  namespace?: string;
  /** the pod there, once there is one, */
  pod?: string;
  /** and the node of that. */
  node?: string;
  /** The task that it belongs to, where its pipeline has tasks. Those of one task run one after another. */
  task?: string;
  /** The tasks that end before its own begins. */
  runAfter?: string[];
};

/**
 * Something that an execution has produced.
 *
 * @public
 */
export type NewArtifact = {
  type: ArtifactType;
  /** Unique within the execution and type. */
  name: string;
  /** The image reference, where it is an image. */
  reference?: string;
  /** Such as `sha256:…`. */
  digest?: string;
  mediaType?: string;
  sizeBytes?: number;
  /** Such as `linux/amd64`. */
  platform?: string;
  /** Where its bytes are in the blob store. */
  blobKey?: string;
};

/**
 * How an execution ended. `lost` is what became of a run whose truth is gone;
 * it is tried again as an infrastructure failure.
 *
 * @public
 */
export type Outcome =
  | { status: 'completed' }
  | { status: 'failed'; failure: Failure }
  | { status: 'cancelled' }
  | {
      status: 'lost';
      message: string;
      /** The nodes that the run was lost with: the next attempt runs on others, if there are any. */
      nodes?: string[];
      /** The executor gave the run up on purpose, as where the portal stops: it goes back to the queue at once, and the attempt does not count. */
      handedBack?: boolean;
    };

/**
 * A position in the stream of updates from which an executor can resume.
 *
 * @public
 */
export type Cursor = string;

/**
 * One update of an execution; the same from every executor. Applying one twice
 * changes nothing. `outcome` is the last.
 *
 * @public
 */
export type ExecutionUpdate =
  | { type: 'phase'; phase: BuildPhase; reason?: string; message?: string }
  | { type: 'step'; step: StepSnapshot }
  /** `offset` is the first byte's place in the step's log; bytes are appended only at its end. */
  | { type: 'log'; step: string; offset: number; bytes: Uint8Array }
  | { type: 'artifact'; artifact: NewArtifact }
  | { type: 'metric'; metric: NewMetric }
  | { type: 'cluster-event'; event: ClusterEventSnapshot }
  /** `problem` is why no events of the cluster are seen, and what to do about it; none where they are seen (again). */
  | { type: 'cluster-events'; problem?: string }
  | { type: 'cursor'; cursor: Cursor }
  | { type: 'outcome'; outcome: Outcome };
