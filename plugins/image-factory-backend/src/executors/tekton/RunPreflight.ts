import { LoggerService } from '@backstage/backend-plugin-api';
import { createHash } from 'node:crypto';
import {
  Preflight,
  PreflightRequest,
} from '@image-factory/backstage-plugin-image-factory-node';
import {
  KubernetesClient,
  KubernetesError,
  TEKTON_API,
  hasStatus,
  objectPath,
} from '../../clusters';
import { withBuildNumber } from '../../model';
import { PipelineRun } from '../../templates';
import { explainRefusal } from './createOrAdopt';
import { podRequests } from './podRequests';
import { RenderedRun } from './renderRun';
import { PipelineRunObject } from './tektonObjects';

/** Whoever types asks for the same again and again. */
const KNOWN_FOR_MS = 60_000;
const MAX_KNOWN = 200;

/** Of the build whose run is asked about: nothing is ever created under them. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

export type RunPreflightOptions = {
  client(): Promise<KubernetesClient>;
  /** Makes the run of an attempt. */
  render(
    spec: ReturnType<typeof toSpec>,
    signal: AbortSignal,
  ): Promise<RenderedRun>;
  logger: LoggerService;
  steady(): number;
};

/** Whether the same run would be told the same in a moment: where it is taken, or is wrong in itself. */
type Answered = { problems: string[]; stays: boolean };

/**
 * Lets a cluster look at the run that a build would become: all that the API
 * server and Tekton's webhook would say of it is said now, and nothing is kept
 * there. What only a node can tell, such as an image that cannot be pulled, is
 * not.
 */
export class RunPreflight {
  readonly #options: RunPreflightOptions;
  readonly #known = new Map<string, { problems: string[]; at: number }>();
  #toldReason: string | undefined;

  constructor(options: RunPreflightOptions) {
    this.#options = options;
  }

  async run(
    request: PreflightRequest,
    signal: AbortSignal,
  ): Promise<Preflight> {
    const rendered = await this.#options.render(toSpec(request), signal);
    if (!rendered.ok) {
      const { message, hint } = rendered.failure;
      return { problems: [inWords(message, hint)] };
    }
    const { pipelineRun } = rendered;
    return {
      problems: await this.#problemsOf(pipelineRun, signal),
      requests: podRequests(pipelineRun),
    };
  }

  async #problemsOf(run: PipelineRun, signal: AbortSignal): Promise<string[]> {
    const { steady } = this.#options;
    const key = createHash('sha256').update(JSON.stringify(run)).digest('hex');
    const known = this.#known.get(key);
    if (known && steady() - known.at < KNOWN_FOR_MS) return known.problems;
    const { problems, stays } = await this.#ask(run, signal);
    this.#known.delete(key);
    if (!stays) return problems;
    this.#known.set(key, { problems, at: steady() });
    if (this.#known.size > MAX_KNOWN) {
      this.#known.delete(this.#known.keys().next().value!);
    }
    return problems;
  }

  async #ask(run: PipelineRun, signal: AbortSignal): Promise<Answered> {
    const client = await this.#options.client();
    try {
      await client.create(
        objectPath(TEKTON_API, run.metadata.namespace, 'pipelineruns'),
        run as PipelineRunObject,
        signal,
        { dryRun: 'All', fieldValidation: 'Strict' },
      );
      return { problems: [], stays: true };
    } catch (error) {
      if (signal.aborted || !(error instanceof KubernetesError)) throw error;
      this.#tellOnce(error.message);
      const { message, hint } = explainRefusal(error, run);
      return {
        problems: [inWords(message, hint)],
        stays: hasStatus(error, 400) || hasStatus(error, 422),
      };
    }
  }

  /** Whoever types asks with each letter. */
  #tellOnce(reason: string): void {
    if (reason === this.#toldReason) return;
    this.#toldReason = reason;
    this.#options.logger.warn(`A build would not be taken: ${reason}`);
  }
}

function toSpec({ config, requestedBy }: PreflightRequest) {
  const { image } = config;
  // Which number it will have nobody knows yet.
  const numbered = (reference: string) => withBuildNumber(reference, 1);
  return {
    name: `${config.method}-preflight`,
    executionId: NO_ID,
    buildId: NO_ID,
    attempt: 1,
    buildNumber: 1,
    requestedBy,
    config: {
      ...config,
      image: {
        ...image,
        reference: numbered(image.reference),
        tags: image.tags.map(numbered),
      },
    },
  };
}

function inWords(message: string, hint: string | undefined): string {
  return [message, hint].filter(Boolean).join(' ');
}
