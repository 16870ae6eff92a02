import { ConflictError } from '@backstage/errors';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { BuildMoveStore, BuildStore } from '../database';
import { OnBuildChange } from '../dispatcher';
import { noSuchBuild } from './noSuchBuild';
import { UserCredentials } from './userCredentials';

/** What {@link BuildMoves} works with. */
export type BuildMovesOptions = {
  builds: BuildStore;
  moves: BuildMoveStore;
  maxAttempts: number;
  /** Hints to the dispatcher that there is something to claim. */
  wake: () => void;
  onChange: OnBuildChange;
};

/** Starts, tries again and cancels builds. */
export class BuildMoves {
  readonly #options: BuildMovesOptions;

  static create(options: BuildMovesOptions): BuildMoves {
    return new BuildMoves(options);
  }

  private constructor(options: BuildMovesOptions) {
    this.#options = options;
  }

  /**
   * Queues a build that was held.
   *
   * @throws NotFoundError
   * @throws ConflictError where it is over
   */
  async start(id: string, credentials: UserCredentials): Promise<Build> {
    const { moves } = this.#options;
    const result = await moves.start(id, credentials.principal.userEntityRef);
    const build = await this.#moved(id);
    if (result === 'not-allowed') {
      throw new ConflictError(
        `Build #${build.number} is ${build.status}, so it cannot be started. Retry it, or build again.`,
      );
    }
    return build;
  }

  /**
   * Queues the next attempt of a build that failed or was cancelled.
   *
   * @throws NotFoundError
   * @throws ConflictError where there is nothing to retry
   */
  async retry(id: string, credentials: UserCredentials): Promise<Build> {
    const { moves, maxAttempts } = this.#options;
    const result = await moves.retry(
      id,
      credentials.principal.userEntityRef,
      maxAttempts,
    );
    const build = await this.#moved(id);
    if (result === 'not-allowed') {
      throw new ConflictError(
        build.status === 'completed'
          ? `Build #${build.number} is completed, so there is nothing to retry. Rebuild it to get a new image.`
          : `Build #${build.number} is held and has not run yet. Start it instead.`,
      );
    }
    return build;
  }

  /**
   * Cancels a build that waits at once, and one that runs within seconds.
   *
   * @throws NotFoundError
   * @throws ConflictError where the build has ended otherwise
   */
  async cancel(id: string, credentials: UserCredentials): Promise<Build> {
    const { moves } = this.#options;
    const result = await moves.requestCancel(
      id,
      credentials.principal.userEntityRef,
    );
    const build = await this.#moved(id);
    if (result === 'already-over' && build.status !== 'cancelled') {
      throw new ConflictError(
        `Build #${build.number} is ${build.status} already, so there is nothing to cancel.`,
      );
    }
    return build;
  }

  async #moved(id: string): Promise<Build> {
    const { builds, onChange, wake } = this.#options;
    const build = await builds.get(id);
    if (!build) throw noSuchBuild(id);
    onChange({ buildId: id, entityRef: build.entityRef, change: 'build' });
    wake();
    return build;
  }
}
