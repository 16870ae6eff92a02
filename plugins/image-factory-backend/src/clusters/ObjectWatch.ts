import { setTimeout as delay } from 'node:timers/promises';
import { KubernetesClient } from './KubernetesClient';
import { KubernetesError, hasStatus } from './KubernetesError';
import { KubernetesObject } from './kubernetesObjects';
import { ListPager } from './ListPager';
import { ObjectGroups } from './ObjectGroups';

/** Ended by the server after so long, so that no connection is trusted for ever; spread, so that not all end at once. */
const SHORTEST_WATCH_SECONDS = 300;
const LONGEST_WATCH_SECONDS = 600;
/** Unless told otherwise; see {@link ListPager}. */
const PAGE = 500;
/** A server that ends watches at once is not asked more often than this. */
const SHORTEST_PAUSE_MS = 1_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;
/** Nobody waits longer than this, whatever the server asks for. */
const LONGEST_RETRY_AFTER_MS = 60_000;
/** A watch that has held so long was a good one, though nothing may have happened. */
const GOOD_AFTER_MS = 30_000;
/** So many times in a row a watch goes on from where it was; then it may be the version that the server cannot do with. */
const FAILURES_BEFORE_LIST = 5;
/** The history that a watch would have gone on from is gone. */
const GONE = 410;

/** What an {@link ObjectWatch} watches, and what it keeps of it. */
export type ObjectWatchOptions<T extends KubernetesObject, Kept> = {
  client: KubernetesClient;
  /** Of the kind of objects, such as `/api/v1/namespaces/team-a/pods`. */
  path: string;
  labelSelector?: string;
  /** How many are listed at once, at most. */
  pageSize?: number;
  /** Whether anything is kept of an object; of all of them unless told otherwise. Asked where no selector can tell. */
  isKept?(object: T): boolean;
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
  readonly #pager: ListPager;
  /** From which a watch goes on; undefined where only a list tells. */
  #version: string | undefined;
  #failures = 0;
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
    this.#pager = new ListPager(options.client, options.pageSize ?? PAGE);
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

  /** Lets go of what is kept of an object, until it changes or is listed again. */
  forget(name: string): void {
    this.#objects.delete(name);
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
    const { steady, random } = this.#options;
    while (!signal.aborted) {
      let began: number | undefined;
      try {
        if (this.#version === undefined) {
          this.#version = await this.#list(signal);
          this.#problem = undefined;
        }
        began = steady();
        await this.#watch(this.#version, signal);
        this.#failures = 0;
        await this.#pause(SHORTEST_PAUSE_MS - (steady() - began));
      } catch (error) {
        if (signal.aborted) return;
        if (hasStatus(error, GONE)) {
          this.#version = undefined;
          // A server that has only just started says so to all of its watchers at once.
          await this.#pause(SHORTEST_PAUSE_MS * (0.5 + random()));
          continue;
        }
        this.#problem = error as Error;
        const isGood = began !== undefined && steady() - began >= GOOD_AFTER_MS;
        this.#failures = isGood ? 1 : this.#failures + 1;
        if (this.#failures % FAILURES_BEFORE_LIST === 0) {
          this.#version = undefined;
        }
        await this.#pause(this.#backoffMs(error));
      }
    }
  }

  #backoffMs(error: unknown): number {
    const pause = Math.min(
      FIRST_BACKOFF_MS * 2 ** (this.#failures - 1),
      LONGEST_BACKOFF_MS,
    );
    const asked = error instanceof KubernetesError ? error.retryAfterMs : 0;
    return Math.max(
      pause * (0.5 + this.#options.random()),
      Math.min(asked ?? 0, LONGEST_RETRY_AFTER_MS),
    );
  }

  /** @returns the version from which a watch goes on */
  async #list(signal: AbortSignal): Promise<string> {
    const { path, labelSelector } = this.#options;
    const found = new Map<string, { kept: Kept; group: string }>();
    let version = '';
    const pages = this.#pager.pages<T>(path, { labelSelector }, signal);
    for await (const page of pages) {
      for (const item of page.items) {
        if (!this.#isKept(item)) continue;
        found.set(item.metadata.name, this.#keep(item));
      }
      version = page.metadata.resourceVersion;
    }
    signal.throwIfAborted();

    const gone = this.#objects.names().filter(name => !found.has(name));
    this.#isSynced = true;
    gone.forEach(name => this.#objects.delete(name));
    found.forEach(({ kept, group }, name) =>
      this.#objects.set(name, kept, group),
    );
    [...gone, ...found.keys()].forEach(name => this.#tell(name));
    return version;
  }

  async #watch(from: string, signal: AbortSignal): Promise<void> {
    const { client, path, labelSelector, random } = this.#options;
    const spread = LONGEST_WATCH_SECONDS - SHORTEST_WATCH_SECONDS;
    const events = client.watch<T>(
      path,
      {
        labelSelector,
        resourceVersion: from,
        timeoutSeconds: Math.round(SHORTEST_WATCH_SECONDS + spread * random()),
      },
      signal,
      () => {
        this.#problem = undefined;
      },
    );
    for await (const event of events) {
      if (event.type === 'ERROR') {
        throw toWatchError(event.object, path);
      }
      const { object } = event;
      // Whatever becomes of the connection, it goes on from here.
      this.#version = object.metadata.resourceVersion ?? this.#version;
      this.#failures = 0;
      const { name } = object.metadata;
      if (event.type === 'BOOKMARK' || !this.#isKept(object)) continue;
      if (event.type === 'DELETED') {
        this.#objects.delete(name);
      } else {
        const { kept, group } = this.#keep(object);
        this.#objects.set(name, kept, group);
      }
      this.#tell(name);
    }
  }

  #isKept(object: T): boolean {
    return this.#options.isKept?.(object) ?? true;
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
