import { ClusterEventSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import {
  CORE_API,
  KubernetesClient,
  ObjectWatch,
  hasStatus,
  objectPath,
} from '../../clusters';
import {
  EventObject,
  mayConcernRun,
  objectKey,
  reduceEvent,
} from './clusterEvent';

/**
 * No selector tells which events concern our runs, and an event may come before
 * its pod is seen here: so many of what is nobody's as far as is known are kept
 * until then, the latest. Each takes about a kilobyte.
 */
const MOST_OF_OTHERS = 2_000;

/** What an event is about. */
export type EventSubject = ClusterEventSnapshot['object'];

export type NamespaceEventsOptions = {
  client: KubernetesClient;
  namespace: string;
  /** Whether an object belongs to a run of this portal, as far as is known now. */
  isOurs(object: EventSubject): boolean;
  /** From 0 to below 1. */
  random(): number;
  steady(): number;
};

/** The events of a namespace that concern the runs of this portal, by one list and watch. */
export class NamespaceEvents {
  readonly #options: NamespaceEventsOptions;
  readonly #watch: ObjectWatch<EventObject, ClusterEventSnapshot>;
  /** The names of events that were nobody's as they came, the oldest first. */
  readonly #others = new Set<string>();

  static watch(options: NamespaceEventsOptions): NamespaceEvents {
    const events = new NamespaceEvents(options);
    events.#watch.start();
    return events;
  }

  private constructor(options: NamespaceEventsOptions) {
    this.#options = options;
    const { client, namespace, random, steady } = options;
    this.#watch = ObjectWatch.create({
      client,
      path: objectPath(CORE_API, namespace, 'events'),
      isKept: mayConcernRun,
      reduce: reduceEvent,
      groupOf: event => objectKey(reduceEvent(event).object),
      random,
      steady,
    });
    this.#watch.onChange(name => this.#bound(name));
  }

  /** Those about these objects, as they have begun. */
  about(objects: EventSubject[]): ClusterEventSnapshot[] {
    return objects
      .flatMap(object => this.#watch.inGroup(objectKey(object)))
      .sort((one, other) => compare(one.firstSeenAt, other.firstSeenAt));
  }

  /** Whether the events are seen; false where that is not known yet. */
  get isSeen(): boolean {
    return this.#watch.isSynced && !this.problem;
  }

  /** Why the events are not seen, and will not be by themselves. */
  get problem(): string | undefined {
    const { problem } = this.#watch;
    if (!hasStatus(problem, 403) && !hasStatus(problem, 404)) return undefined;
    return `The portal may not read the Events of the namespace ${
      this.#options.namespace
    }, so what the cluster tells of the pods is missing here. A portal admin grants its account get, list and watch on events there, as the role in deploy/kubernetes does; the readiness of the cluster on the page Executors tells what else is missing.`;
  }

  async stop(): Promise<void> {
    await this.#watch.stop();
  }

  #bound(name: string): void {
    const event = this.#watch.get(name);
    if (!event) {
      this.#others.delete(name);
      return;
    }
    if (this.#options.isOurs(event.object)) return;
    this.#others.add(name);
    if (this.#others.size <= MOST_OF_OTHERS) return;
    const [oldest] = this.#others;
    this.#others.delete(oldest);
    const dropped = this.#watch.get(oldest);
    if (dropped && !this.#options.isOurs(dropped.object)) {
      this.#watch.forget(oldest);
    }
  }
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
