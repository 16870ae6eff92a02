import { PipelineRunState } from './tektonObjects';

/** The image that a run has pushed, by what its pipeline says. */
export type PushedImage = { repository: string; digest: string };

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Results are what a container has written: they are taken for what they should be only where they are. */
export function pushedImage({
  results,
}: PipelineRunState): PushedImage | undefined {
  const value = (name: string) => {
    const found = results.find(result => result.name === name)?.value;
    return typeof found === 'string' ? found.trim() : undefined;
  };
  const repository = value('IMAGE_URL');
  const digest = value('IMAGE_DIGEST');
  return repository && digest && DIGEST.test(digest)
    ? { repository, digest }
    : undefined;
}
