import { MetricUnit } from '@image-factory/backstage-plugin-image-factory-common';

/**
 * Something that was measured of an execution, or of one of its steps.
 *
 * @public
 */
export type NewMetric = {
  /** Lower-case words with dashes, such as `source-size`; unique within the execution and step. */
  name: string;
  /** A finite number. */
  value: number;
  /** Of {@link NewMetric.value}. */
  unit: MetricUnit;
  /** The step it was measured of; none where it is of the whole execution. */
  step?: string;
  /** Which one stays where it is measured more than once; the latest unless told otherwise. */
  keep?: 'latest' | 'largest';
};
