import { expect } from '@playwright/test';
import { AttackedPortal } from './AttackedPortal';
import { LivePod } from './liveObjects';
import { LiveRun } from './LiveRun';
import { shapeOf } from './shapeOf';

/** Volumes that come with no more than the pod has anyway: what a run is given, and Tekton's own. */
const VOLUME_SOURCES = ['emptyDir', 'secret', 'downwardAPI'];

/**
 * A run is in its tenant's namespace and nowhere else, and is but for its values
 * what any build is: no volume, no token, no account, no capability more.
 */
export function expectContained(
  live: LiveRun,
  plain: LiveRun,
  portal: AttackedPortal,
): void {
  const { namespace } = portal;
  const kinds = [live.runs, live.taskRuns, live.pods];
  expect(kinds.map(each => each.length)).toEqual([1, 1, 1]);
  for (const { metadata } of kinds.flat()) {
    expect(metadata.namespace).toBe(namespace.name);
  }
  const [[run], [taskRun], [pod]] = [live.runs, live.taskRuns, live.pods];
  expect(run.spec.taskRunTemplate).toMatchObject({
    serviceAccountName: 'image-builds',
    podTemplate: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
    },
  });
  expect(taskRun.spec.serviceAccountName).toBe('image-builds');
  expect(run.spec.workspaces).toEqual([
    { name: 'git-credentials', secret: { secretName: 'git-login' } },
    { name: 'registry-credentials', secret: { secretName: 'registry-login' } },
    { name: 'pull-credentials', secret: { secretName: 'pull-login' } },
  ]);
  expectNothingOfTheHost(pod, Object.values(portal.cluster.local.images));
  expect(shapeOf(run)).toEqual(shapeOf(plain.runs[0]));
  expect(shapeOf(taskRun)).toEqual(shapeOf(plain.taskRuns[0]));
  expect(shapeOf(pod)).toEqual(shapeOf(plain.pods[0]));
}

function expectNothingOfTheHost({ spec }: LivePod, images: string[]): void {
  expect(spec).toMatchObject({
    serviceAccountName: 'image-builds',
    automountServiceAccountToken: false,
  });
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers']) {
    expect(spec).not.toHaveProperty(field);
  }
  for (const { name: _, ...source } of spec.volumes) {
    expect(VOLUME_SOURCES).toEqual(expect.arrayContaining(Object.keys(source)));
  }
  // Tekton's own, which are the same for every run.
  expect(spec.initContainers.map(({ name }) => name)).toEqual([
    'prepare',
    'place-scripts',
  ]);
  for (const { image } of spec.containers) expect(images).toContain(image);
  for (const container of [...spec.containers, ...spec.initContainers]) {
    expect(container.securityContext?.privileged ?? false).toBe(false);
    for (const { mountPath } of container.volumeMounts ?? []) {
      expect(mountPath).not.toMatch(/^(\/var)?\/run\/secrets/);
    }
  }
}
