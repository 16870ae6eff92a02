/**
 * An Event of the cluster that concerns a run, whole, as it was last seen: a
 * cluster counts what happens again rather than telling it anew. Times are ISO
 * 8601 in UTC with milliseconds.
 *
 * @public
 */
export type ClusterEventSnapshot = {
  /** Unique within the execution, and the same each time that it is told: the event's uid on Kubernetes. */
  key: string;
  /** In the words of Kubernetes. */
  type: 'Normal' | 'Warning';
  /** What it is about: such as the kind `Pod`. */
  object: { kind: string; name: string };
  /** A word, such as `FailedScheduling`. */
  reason: string;
  message: string;
  /** How often it has happened. */
  count: number;
  firstSeenAt: string;
  lastSeenAt: string;
};
