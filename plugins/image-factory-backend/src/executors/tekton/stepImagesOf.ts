import { PipelineTemplate } from '../../templates';

const PREFIX = 'step-images/';

/** The names of the images that an operator has to configure for a template. */
export function stepImagesOf({ pipeline }: PipelineTemplate): string[] {
  const { tasks, finally: atEnd = [] } = pipeline.spec;
  const images = [...tasks, ...atEnd].flatMap(({ taskSpec }) =>
    [taskSpec.stepTemplate ?? {}, ...taskSpec.steps].map(({ image }) => image),
  );
  const names = images.flatMap(image =>
    image?.startsWith(PREFIX) ? [image.slice(PREFIX.length)] : [],
  );
  return [...new Set(names)];
}
