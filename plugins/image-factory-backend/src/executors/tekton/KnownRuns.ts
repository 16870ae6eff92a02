import {
  BuildMethod,
  ExecutionSpec,
} from '@image-factory/backstage-plugin-image-factory-node';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { EndedBy } from './toOutcome';

/** Of runs that were left so many are kept in mind. */
const MOST_LEFT = 100;

/** What this process knows of a run beside what the cluster does. */
export type KnownRun = {
  spec: ExecutionSpec;
  method: BuildMethod;
  namespace?: string;
  /** Why there is no run at all. */
  refused?: Failure;
  endedBy?: EndedBy;
  /** Whether somebody wants it cancelled, whether or not the cluster takes it. */
  isCancelWanted?: boolean;
  /** Whether nobody here collects it; another may come here for it, or elsewhere. */
  isLeft?: boolean;
};

/** The runs that were started or adopted here, by name, until they are collected. */
export class KnownRuns {
  readonly #runs = new Map<string, KnownRun>();

  add(run: KnownRun): void {
    this.#runs.set(run.spec.name, run);
  }

  get(name: string): KnownRun | undefined {
    return this.#runs.get(name);
  }

  /** Keeps a run in mind for whoever collects it next, as long as there are not too many. */
  leave(run: KnownRun): void {
    if (!this.#has(run)) return;
    run.isLeft = true;
    // The last one left is the last one in the list.
    this.#runs.delete(run.spec.name);
    this.#runs.set(run.spec.name, run);
    const left = [...this.#runs.values()].filter(({ isLeft }) => isLeft);
    if (left.length > MOST_LEFT) this.forget(left[0]);
  }

  forget(run: KnownRun | undefined): void {
    if (run && this.#has(run)) this.#runs.delete(run.spec.name);
  }

  /** Another start of the same run may have come meanwhile. */
  #has(run: KnownRun): boolean {
    return this.#runs.get(run.spec.name) === run;
  }
}
