import { setTimeout as delay } from 'node:timers/promises';
import { KubernetesClient } from './KubernetesClient';
import { KubernetesError, hasStatus } from './KubernetesError';
import { KubernetesList, KubernetesObject } from './kubernetesObjects';
import { ObjectGroups } from './ObjectGroups';

/** Ended by the server after so long, so that no connection is trusted for ever; spread, so that not all end at once. */
const SHORTEST_WATCH_SECONDS = 300;
const LONGEST_WATCH_SECONDS = 600;
const PAGE = 500;
/** A server that ends watches at once is not asked more often than this. */
const SHORTEST_PAUSE_MS = 1_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;
/** The history that a watch would have gone on from is gone. */
const GONE = 410;

/** What an {@link ObjectWatch} watches, and what it keeps of it. */
export type ObjectWatchOptions<T extends KubernetesObject, Kept> = {
  client: KubernetesClient;
  /** Of the kind of objects, such as `/api/v1/namespaces/team-a/pods`. */
  path: string;
  labelSelector?: string;
  /** What is kept of an object: a cluster has many, and each is large. */
  reduce(object: T): Kept;
  /** What it belongs to, for whoever looks at that alone; itself unless told otherwise. */
  groupOf?(object: T): string | undefined;
  /** From 0 to below 1. */
  random(): number;
  /** Milliseconds of a clock that nobody can set. */
  steady(): number;
};

/**
 * The objects of one kind as they are, by list and watch: a list, then what
 * changes from there on; from the start again where the history is gone. It goes
 * on through whatever happens to the connection or to the API server until it is
 * told to stop.
 */
export class ObjectWatch<T extends KubernetesObject, Kept> {
  readonly #options: ObjectWatchOptions<T, Kept>;
  readonly #objects = new ObjectGroups<Kept>();
  readonly #listeners = new Set<(name: string) => void>();
  readonly #abort = new AbortController();
  #done: Promise<void> | undefined;
  #isSynced = false;
  #problem: Error | undefined;

  static create<T extends KubernetesObject, Kept>(
    options: ObjectWatchOptions<T, Kept>,
  ): ObjectWatch<T, Kept> {
    return new ObjectWatch(options);
  }

  private constructor(options: ObjectWatchOptions<T, Kept>) {
    this.#options = options;
  }

  start(): void {
    this.#done ??= this.#run(this.#abort.signal);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }

  /** Undefined where there is none such, or none yet: see {@link ObjectWatch.isSynced}. */
  get(name: string): Kept | undefined {
    return this.#objects.get(name);
  }

  values(): Kept[] {
    return this.#objects.values();
  }

  /** Those that belong to one thing. */
  inGroup(group: string): Kept[] {
    return this.#objects.inGroup(group);
  }

  /** Whether the objects were listed once: what is not there now is not there. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Why nothing is heard of the cluster now; undefined where something is. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** Is told the name of whatever has changed, and of everything where the list was made anew. */
  onChange(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Is told that something of what belongs to one thing has changed. */
  onGroupChange(group: string, listener: () => void): () => void {
    return this.#objects.onChange(group, listener);
  }

  async #run(signal: AbortSignal): Promise<void> {
    let version: string | undefined;
    let failures = 0;
    while (!signal.aborted) {
      try {
        version ??= await this.#list(signal);
        failures = 0;
        this.#problem = undefined;
        const began = this.#options.steady();
        version = await this.#watch(version, signal);
        const tookMs = this.#options.steady() - began;
        await this.#pause(SHORTEST_PAUSE_MS - tookMs);
      } catch (error) {
        if (signal.aborted) return;
        if (hasStatus(error, GONE)) {
          version = undefined;
          // A server that has only just started says so to all of its watchers at once.
          await this.#pause(SHORTEST_PAUSE_MS * (0.5 + this.#options.random()));
          continue;
        }
        this.#problem = error as Error;
        // Whatever came in between is in the next list.
        version = undefined;
        failures += 1;
        const pause = Math.min(
          FIRST_BACKOFF_MS * 2 ** (failures - 1),
          LONGEST_BACKOFF_MS,
        );
        await this.#pause(pause * (0.5 + this.#options.random()));
      }
    }
  }

  /** @returns the version from which a watch goes on */
  async #list(signal: AbortSignal): Promise<string> {
    const { client, path, labelSelector } = this.#options;
    const found = new Map<string, { kept: Kept; group: string }>();
    let version = '';
    let next: string | undefined;
    do {
      const page: KubernetesList<T> = await client.get(path, signal, {
        labelSelector,
        limit: PAGE,
        continue: next,
      });
      for (const item of page.items) {
        found.set(item.metadata.name, this.#keep(item));
      }
      version = page.metadata.resourceVersion;
      next = page.metadata.continue || undefined;
    } while (next !== undefined);

    const gone = this.#objects.names().filter(name => !found.has(name));
    this.#isSynced = true;
    gone.forEach(name => this.#objects.delete(name));
    found.forEach(({ kept, group }, name) =>
      this.#objects.set(name, kept, group),
    );
    [...gone, ...found.keys()].forEach(name => this.#tell(name));
    return version;
  }

  async #watch(from: string, signal: AbortSignal): Promise<string> {
    const { client, path, labelSelector, random } = this.#options;
    const spread = LONGEST_WATCH_SECONDS - SHORTEST_WATCH_SECONDS;
    let version = from;
    const events = client.watch<T>(
      path,
      {
        labelSelector,
        resourceVersion: from,
        timeoutSeconds: Math.round(SHORTEST_WATCH_SECONDS + spread * random()),
      },
      signal,
    );
    for await (const event of events) {
      if (event.type === 'ERROR') {
        throw toWatchError(event.object, path);
      }
      const { object } = event;
      version = object.metadata.resourceVersion ?? version;
      const { name } = object.metadata;
      if (event.type === 'BOOKMARK') continue;
      if (event.type === 'DELETED') {
        this.#objects.delete(name);
      } else {
        const { kept, group } = this.#keep(object);
        this.#objects.set(name, kept, group);
      }
      this.#tell(name);
    }
    return version;
  }

  #keep(object: T): { kept: Kept; group: string } {
    const { reduce, groupOf } = this.#options;
    return {
      kept: reduce(object),
      group: groupOf?.(object) ?? object.metadata.name,
    };
  }

  async #pause(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    const { signal } = this.#abort;
    await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  #tell(name: string): void {
    this.#listeners.forEach(listener => listener(name));
  }
}

function toWatchError(
  object: { code?: number; message?: string },
  path: string,
): Error {
  return new KubernetesError({
    message: `WATCH ${path}: ${object.message ?? 'ended by the API server'}`,
    status: object.code,
  });
}
