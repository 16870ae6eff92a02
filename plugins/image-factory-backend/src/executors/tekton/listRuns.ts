import { ObservedRun } from '@image-factory/backstage-plugin-image-factory-node';
import {
  KubernetesClient,
  ListPager,
  TEKTON_API,
  objectPath,
} from '../../clusters';
import { COLLECTED_LABEL, RUN_ANNOTATIONS, RUN_LABELS } from '../../templates';
import { PipelineRunObject, isDone, reducePipelineRun } from './tektonObjects';

/** When a run was collected. Those of before there was {@link COLLECTED_LABEL} are marked by this alone. */
export const COLLECTED_ANNOTATION = 'image-factory.io/collected-at';
/** Each run comes whole, and may be some ten kilobytes. */
const PAGE = 100;

/** The runs of a portal in a namespace that are marked as collected, or those that are not, page by page. */
export async function* pagesOfRuns(options: {
  client: KubernetesClient;
  namespace: string;
  instance: string;
  collected: boolean;
  signal: AbortSignal;
}): AsyncIterable<PipelineRunObject[]> {
  const { client, namespace, instance, collected, signal } = options;
  const pages = new ListPager(client, PAGE).pages<PipelineRunObject>(
    objectPath(TEKTON_API, namespace, 'pipelineruns'),
    {
      labelSelector: `${RUN_LABELS.instance}=${instance},${
        collected ? '' : '!'
      }${COLLECTED_LABEL}`,
    },
    signal,
  );
  for await (const { items } of pages) yield items;
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
