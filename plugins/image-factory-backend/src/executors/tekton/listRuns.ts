import { ObservedRun } from '@image-factory/backstage-plugin-image-factory-node';
import {
  KubernetesClient,
  KubernetesList,
  TEKTON_API,
  objectPath,
} from '../../clusters';
import { RUN_ANNOTATIONS, RUN_LABELS } from '../../templates';
import { PipelineRunObject, isDone, reducePipelineRun } from './tektonObjects';

/** Is set on a run once all that it has left is stored; before that nobody may remove it. */
export const COLLECTED_ANNOTATION = 'image-factory.io/collected-at';
const PAGE = 200;

/** The runs of a portal in a namespace, page by page. */
export async function* pagesOfRuns(options: {
  client: KubernetesClient;
  namespace: string;
  instance: string;
  signal: AbortSignal;
}): AsyncIterable<PipelineRunObject[]> {
  const { client, namespace, instance, signal } = options;
  let next: string | undefined;
  do {
    const page: KubernetesList<PipelineRunObject> = await client.get(
      objectPath(TEKTON_API, namespace, 'pipelineruns'),
      signal,
      {
        labelSelector: `${RUN_LABELS.instance}=${instance}`,
        limit: PAGE,
        continue: next,
      },
    );
    yield page.items;
    next = page.metadata.continue || undefined;
  } while (next !== undefined && !signal.aborted);
}

/** A run as it is compared with its build; undefined where it is none of a build's, or was collected to the end. */
export function observe({
  metadata,
  ...object
}: PipelineRunObject): ObservedRun | undefined {
  const { name, namespace, labels = {}, annotations = {} } = metadata;
  const buildId = labels[RUN_LABELS.build];
  const executionId = annotations[RUN_ANNOTATIONS.execution];
  if (!buildId || !executionId || annotations[COLLECTED_ANNOTATION]) {
    return undefined;
  }
  const isOver = isDone(reducePipelineRun({ metadata, ...object }));
  return { name, namespace, buildId, executionId, isOver };
}
