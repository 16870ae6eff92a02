import { NewArtifact } from '@image-factory/backstage-plugin-image-factory-node';
import { Readable } from 'node:stream';
import { stringify } from 'yaml';
import { BlobStore, runFolder } from '../../blobs';
import {
  KubernetesClient,
  KubernetesObject,
  TEKTON_API,
  hasStatus,
  objectPath,
} from '../../clusters';

/**
 * Keeps a PipelineRun as the cluster has it, so that it can be read when it is
 * gone there: what was asked for, and what Tekton has made of it so far.
 *
 * @returns undefined where the cluster has none
 */
export async function storeManifest(options: {
  client: KubernetesClient;
  blobs: BlobStore;
  run: { name: string; namespace: string };
  execution: { buildId: string; executionId: string };
  signal: AbortSignal;
}): Promise<NewArtifact | undefined> {
  const { client, blobs, run, execution, signal } = options;
  let object: KubernetesObject & { metadata: { managedFields?: unknown } };
  try {
    object = await client.get(
      objectPath(TEKTON_API, run.namespace, 'pipelineruns', run.name),
      signal,
    );
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
  // Who has written which field is of no use to a reader, and longer than the rest.
  const { managedFields: _, ...metadata } = object.metadata;
  const { apiVersion, kind, ...rest } = object;
  const text = stringify({ apiVersion, kind, ...rest, metadata });
  const blobKey = `${runFolder(execution)}/pipeline-run.yaml`;
  const { sizeBytes } = await blobs.put(
    blobKey,
    Readable.from([Buffer.from(text)]),
  );
  return {
    type: 'pipeline-run',
    name: run.name,
    mediaType: 'application/yaml',
    sizeBytes,
    blobKey,
  };
}
