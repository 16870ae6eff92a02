import { DiscoveryApi, FetchApi } from '@backstage/core-plugin-api';
import { ResponseError } from '@backstage/errors';
import {
  BuildRequest,
  DefaultApiClient,
  ListBuilds,
  RebuildRequest,
  TypedResponse,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  FollowLogOptions,
  ImageFactoryApi,
  ImageFactoryRequestOptions,
  ReadLogOptions,
  SearchLogOptions,
  SubmitBuildOptions,
} from './ImageFactoryApi';
import { readLogEvents } from './readLogEvents';

const PLUGIN_ID = 'image-factory';

/**
 * Speaks to the Image Factory backend through the client that is generated
 * from its OpenAPI description.
 *
 * @public
 */
export class ImageFactoryClient implements ImageFactoryApi {
  readonly #discoveryApi: DiscoveryApi;
  readonly #fetchApi: FetchApi;

  static create(options: {
    discoveryApi: DiscoveryApi;
    fetchApi: FetchApi;
  }): ImageFactoryClient {
    return new ImageFactoryClient(options.discoveryApi, options.fetchApi);
  }

  private constructor(discoveryApi: DiscoveryApi, fetchApi: FetchApi) {
    this.#discoveryApi = discoveryApi;
    this.#fetchApi = fetchApi;
  }

  async submitBuild(request: BuildRequest, options?: SubmitBuildOptions) {
    const key = options?.idempotencyKey;
    const client = this.#client(
      options,
      key === undefined ? {} : { 'Idempotency-Key': key },
    );
    return read(client.submitBuild({ body: request }));
  }

  async previewBuild(
    request: BuildRequest,
    options?: ImageFactoryRequestOptions,
  ) {
    return read(this.#client(options).previewBuild({ body: request }));
  }

  async getBuildEligibility(
    entityRef: string,
    options?: ImageFactoryRequestOptions,
  ) {
    return read(
      this.#client(options).getBuildEligibility({ query: { entityRef } }),
    );
  }

  async listBuilds(
    query: ListBuilds['query'],
    options?: ImageFactoryRequestOptions,
  ) {
    return read(this.#client(options).listBuilds({ query }));
  }

  async getBuild(buildId: string, options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).getBuild({ path: { buildId } }));
  }

  async cancelBuild(buildId: string, options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).cancelBuild({ path: { buildId } }));
  }

  async startBuild(buildId: string, options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).startBuild({ path: { buildId } }));
  }

  async retryBuild(buildId: string, options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).retryBuild({ path: { buildId } }));
  }

  async rebuildBuild(
    buildId: string,
    mode: RebuildRequest['mode'],
    options?: ImageFactoryRequestOptions,
  ) {
    return read(
      this.#client(options).rebuildBuild({ path: { buildId }, body: { mode } }),
    );
  }

  async getWaitReason(buildId: string, options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).getWaitReason({ path: { buildId } }));
  }

  async getReproduction(buildId: string, options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).getReproduction({ path: { buildId } }));
  }

  async listSteps(
    buildId: string,
    options?: ImageFactoryRequestOptions & { attempt?: number },
  ) {
    return read(
      this.#client(options).listSteps({
        path: { buildId },
        query: { attempt: options?.attempt },
      }),
    );
  }

  async listExecutions(buildId: string, options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).listExecutions({ path: { buildId } }));
  }

  async listEvents(buildId: string, options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).listEvents({ path: { buildId } }));
  }

  async listClusterEvents(
    buildId: string,
    options?: ImageFactoryRequestOptions & { attempt?: number },
  ) {
    return read(
      this.#client(options).listClusterEvents({
        path: { buildId },
        query: { attempt: options?.attempt },
      }),
    );
  }

  async listArtifacts(
    buildId: string,
    options?: ImageFactoryRequestOptions & { attempt?: number },
  ) {
    return read(
      this.#client(options).listArtifacts({
        path: { buildId },
        query: { attempt: options?.attempt },
      }),
    );
  }

  async listMetrics(buildId: string, options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).listMetrics({ path: { buildId } }));
  }

  async listVulnerabilities(
    buildId: string,
    options?: ImageFactoryRequestOptions & { attempt?: number },
  ) {
    return read(
      this.#client(options).listVulnerabilities({
        path: { buildId },
        query: { attempt: options?.attempt },
      }),
    );
  }

  async readArtifact(
    buildId: string,
    artifactId: string,
    options?: ImageFactoryRequestOptions,
  ) {
    const client = this.#client(options);
    const path = { buildId, artifactId };
    return (await demandOk(await client.downloadArtifact({ path }))).text();
  }

  async readLog(buildId: string, options: ReadLogOptions) {
    const { signal, ...query } = options;
    return read(this.#client({ signal }).readLog({ path: { buildId }, query }));
  }

  async searchLog(buildId: string, options: SearchLogOptions) {
    const { signal, ...query } = options;
    return read(
      this.#client({ signal }).searchLog({ path: { buildId }, query }),
    );
  }

  followLog(buildId: string, options: FollowLogOptions) {
    const { onOpen, signal, ...query } = options;
    return readLogEvents({
      open: async readSignal =>
        demandOk(
          await this.#client({ signal: readSignal }).followLog({
            path: { buildId },
            query,
          }),
        ),
      signal: signal ?? new AbortController().signal,
      onOpen: onOpen ?? (() => undefined),
    });
  }

  async getLogDownloadUrl(buildId: string, attempt: number) {
    const baseUrl = await this.#discoveryApi.getBaseUrl(PLUGIN_ID);
    const build = encodeURIComponent(buildId);
    return `${baseUrl}/v1/builds/${build}/logs/download?attempt=${attempt}`;
  }

  async getArtifactDownloadUrl(buildId: string, artifactId: string) {
    const baseUrl = await this.#discoveryApi.getBaseUrl(PLUGIN_ID);
    const build = encodeURIComponent(buildId);
    const artifact = encodeURIComponent(artifactId);
    return `${baseUrl}/v1/builds/${build}/artifacts/${artifact}/download`;
  }

  async listBuildMethods(options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).listBuildMethods({}));
  }

  async listExecutors(options?: ImageFactoryRequestOptions) {
    return read(this.#client(options).listExecutors({}));
  }

  async getExecutorReadiness(
    executorId: string,
    options?: ImageFactoryRequestOptions & { refresh?: boolean },
  ) {
    return read(
      this.#client(options).getExecutorReadiness({
        path: { executorId },
        query: { refresh: options?.refresh },
      }),
    );
  }

  /**
   * The generated client has no place for an AbortSignal or a header, so each
   * call gets a client of its own.
   */
  #client(
    options: ImageFactoryRequestOptions | undefined,
    headers: Record<string, string> = {},
  ): DefaultApiClient {
    const fetchApi = this.#fetchApi;
    return new DefaultApiClient({
      discoveryApi: this.#discoveryApi,
      fetchApi: {
        fetch: (input, init) => {
          const all = new Headers(init?.headers);
          for (const [name, value] of Object.entries(headers)) {
            all.set(name, value);
          }
          return fetchApi.fetch(input, {
            ...init,
            headers: all,
            signal: options?.signal,
          });
        },
      },
    });
  }
}

async function read<T>(request: Promise<TypedResponse<T>>): Promise<T> {
  return (await demandOk(await request)).json();
}

async function demandOk<T extends Response | TypedResponse<unknown>>(
  response: T,
): Promise<T> {
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return response;
}
