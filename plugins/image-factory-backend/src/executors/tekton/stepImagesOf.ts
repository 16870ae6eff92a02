import { PipelineSpec } from '../../templates';

const PREFIX = 'step-images/';

/**
 * The names of the images that an operator has to configure for a pipeline.
 *
 * @param step - for the steps of this name alone
 */
export function stepImagesOf(spec: PipelineSpec, step?: string): string[] {
  const { tasks, finally: atEnd = [] } = spec;
  const images = [...tasks, ...atEnd].flatMap(({ taskSpec }) =>
    taskSpec.steps
      .filter(({ name }) => step === undefined || name === step)
      .map(({ image }) => image ?? taskSpec.stepTemplate?.image),
  );
  const names = images.flatMap(image =>
    image?.startsWith(PREFIX) ? [image.slice(PREFIX.length)] : [],
  );
  return [...new Set(names)];
}
