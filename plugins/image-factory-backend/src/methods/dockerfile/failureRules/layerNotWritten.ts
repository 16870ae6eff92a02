import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';

/**
 * Buildah and Podman write each layer into a file of the workspace before it
 * goes on. Where that fails, as it does on a full disk, they tell only that a
 * pipe of their own was closed.
 */
export const layerNotWritten: FailureRule = {
  id: 'docker-layer-not-written',
  explain(evidence) {
    const index = evidence.lines.findLastIndex(line =>
      /storing layer "[0-9a-f]+" to file: /.test(line),
    );
    if (index < 0) {
      return undefined;
    }
    return {
      class: 'infrastructure',
      message:
        'The builder could not write a layer into its workspace; most likely the disk that holds the workspaces of builds is full.',
      hint: 'Free space on the machine of the portal, or give imageFactory.dataDirectory a larger disk; the build is tried again by itself.',
      evidenceLine: evidence.firstLine + index,
    };
  },
};
