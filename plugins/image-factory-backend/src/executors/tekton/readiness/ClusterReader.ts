import {
  CORE_API,
  KubernetesClient,
  KubernetesError,
  KubernetesObject,
  objectPath,
} from '../../../clusters';

const ANSWERS_WITHIN_MS = 5_000;
const REVIEWS = '/apis/authorization.k8s.io/v1';

/** Why there is nothing to look at. */
export type Unread = 'absent' | 'forbidden' | 'silent';

/** What was read, or why it was not. */
export type Read<T> = { value: T } | { unread: Unread };

/** What an account may do, as an API server tells it. */
export type ResourceRule = {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
};

/** One thing that an account may do or may not. */
export type Right = { group: string; resource: string; verb: string };

type RulesReview = KubernetesObject & {
  spec: { namespace: string };
  status?: { resourceRules: ResourceRule[]; incomplete: boolean };
};

type AccessReview = KubernetesObject & {
  spec: object;
  status?: { allowed: boolean };
};

/**
 * Reads a cluster for one look at it. Where its API server has not answered once,
 * nothing more is asked of it, so that a cluster that is away costs one wait.
 */
export class ClusterReader {
  readonly #client: KubernetesClient;
  readonly #signal: AbortSignal;
  #isSilent = false;
  #isAsideSilent = false;

  constructor(options: { client: KubernetesClient; signal: AbortSignal }) {
    this.#client = options.client;
    this.#signal = options.signal;
  }

  /** Whether something was not looked at for want of an answer. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  path<T>(path: string): Promise<Read<T>> {
    return this.#read(signal => this.#client.get<T>(path, signal));
  }

  /** What another server answers behind the API server; that it is silent says nothing of the cluster. */
  async aside<T>(path: string, labelSelector: string): Promise<Read<T>> {
    if (this.#isSilent || this.#isAsideSilent) return { unread: 'silent' };
    try {
      const signal = this.#untilTimeout();
      return {
        value: await this.#client.getAside<T>(path, signal, { labelSelector }),
      };
    } catch (error) {
      this.#signal.throwIfAborted();
      const unread = whyUnread(error);
      if (unread === 'silent') this.#isAsideSilent = true;
      return { unread };
    }
  }

  object<T>(
    namespace: string | undefined,
    kind: string,
    name: string,
  ): Promise<Read<T>> {
    return this.path(objectPath(CORE_API, namespace, kind, name));
  }

  list<T>(namespace: string, kind: string): Promise<Read<{ items: T[] }>> {
    return this.path(objectPath(CORE_API, namespace, kind));
  }

  /** What the portal's account may do in a namespace; not all of it where `incomplete`. */
  async rules(
    namespace: string,
  ): Promise<Read<{ resourceRules: ResourceRule[]; incomplete: boolean }>> {
    const review = await this.#read(signal =>
      this.#client.create<RulesReview>(
        `${REVIEWS}/selfsubjectrulesreviews`,
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectRulesReview',
          metadata: { name: '' },
          spec: { namespace },
        },
        signal,
      ),
    );
    if ('unread' in review) return review;
    const { status } = review.value;
    return { value: status ?? { resourceRules: [], incomplete: true } };
  }

  /** Whether the portal's account may do one thing. */
  async may(namespace: string, right: Right): Promise<Read<boolean>> {
    const [resource, subresource] = right.resource.split('/');
    const review = await this.#read(signal =>
      this.#client.create<AccessReview>(
        `${REVIEWS}/selfsubjectaccessreviews`,
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          metadata: { name: '' },
          spec: {
            resourceAttributes: {
              namespace,
              verb: right.verb,
              group: right.group,
              resource,
              subresource,
            },
          },
        },
        signal,
      ),
    );
    return 'unread' in review
      ? review
      : { value: review.value.status?.allowed ?? false };
  }

  async #read<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<Read<T>> {
    if (this.#isSilent) return { unread: 'silent' };
    try {
      return { value: await ask(this.#untilTimeout()) };
    } catch (error) {
      this.#signal.throwIfAborted();
      const unread = whyUnread(error);
      if (unread === 'silent') this.#isSilent = true;
      return { unread };
    }
  }

  #untilTimeout(): AbortSignal {
    const timeout = AbortSignal.timeout(ANSWERS_WITHIN_MS);
    return AbortSignal.any([this.#signal, timeout]);
  }
}

function whyUnread(error: unknown): Unread {
  const status = error instanceof KubernetesError && error.status;
  if (status === 404) return 'absent';
  return status === 401 || status === 403 ? 'forbidden' : 'silent';
}
