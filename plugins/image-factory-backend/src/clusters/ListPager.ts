import { KubernetesClient, Query } from './KubernetesClient';
import { KubernetesError } from './KubernetesError';
import { KubernetesList, KubernetesObject } from './kubernetesObjects';

/**
 * Lists objects page by page. How large they are is up to whoever makes them:
 * where a page is larger than an answer may be, it asks for half as many from then
 * on.
 */
export class ListPager {
  readonly #client: KubernetesClient;
  #limit: number;

  constructor(client: KubernetesClient, limit: number) {
    this.#client = client;
    this.#limit = limit;
  }

  /** @throws KubernetesError */
  async *pages<T extends KubernetesObject>(
    path: string,
    query: Query,
    signal: AbortSignal,
  ): AsyncIterable<KubernetesList<T>> {
    let next: string | undefined;
    do {
      const page: KubernetesList<T> = await this.#page(
        path,
        { ...query, continue: next },
        signal,
      );
      yield page;
      next = page.metadata.continue || undefined;
    } while (next !== undefined && !signal.aborted);
  }

  async #page<T extends KubernetesObject>(
    path: string,
    query: Query,
    signal: AbortSignal,
  ): Promise<KubernetesList<T>> {
    for (;;) {
      try {
        const limit = this.#limit;
        return await this.#client.get(path, signal, { ...query, limit });
      } catch (error) {
        const isTooLarge = error instanceof KubernetesError && error.isTooLarge;
        if (!isTooLarge || this.#limit === 1) throw error;
        this.#limit = Math.ceil(this.#limit / 2);
      }
    }
  }
}
