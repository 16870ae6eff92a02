import {
  Step,
  VulnerabilityCounts,
} from '@image-factory/backstage-plugin-image-factory-common';
import { ClusterBuild, RunScript } from './RunScript';
import { scanned } from './scriptedScan';

const CHECKED = [
  'clone-repo',
  'build-image',
  'generate-sbom',
  'scan-image',
  'push-image',
];
const GUEST = 'user:default/guest';
const LOST =
  'The node worker-2, which ran the build, is lost: NodeStatusUnknown, Kubelet stopped posting node status.';

/** Builds on a cluster, one of each kind that a page may have to show. */
export function clusterBuilds(): ClusterBuild[] {
  return [waiting(), tried(), stopped(), passed(), native(), retried()];
}

/** One that waits for a node. */
function waiting(): ClusterBuild {
  const script = new RunScript({ minutesAgo: 6 });
  const message =
    '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';
  script.claim(1, 4);
  script.tell(9, 'held-up', { attempt: 1, reason: 'Unschedulable', message });
  script.clusterEvents(1, [
    {
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      from: 9,
      to: 310,
      count: 6,
    },
    {
      reason: 'NotTriggerScaleUp',
      message: "pod didn't trigger scale-up: 1 max node group size reached",
      from: 20,
      to: 300,
      count: 28,
    },
  ]);
  script.steps(
    1,
    CHECKED.map(name => ({ name, status: 'pending' })),
  );
  return script.build({
    status: 'running',
    phase: 'pending',
    phaseReason: 'Unschedulable',
    phaseMessage: message,
  });
}

/** One that was lost with its node and is on another now. */
function tried(): ClusterBuild {
  const script = new RunScript({ minutesAgo: 6 });
  script.claim(1, 3);
  script.steps(1, [
    { name: 'clone-repo', from: 12, to: 16, node: 'worker-2' },
    {
      name: 'build-image',
      from: 16,
      to: 200,
      status: 'failed',
      node: 'worker-2',
    },
    ...rest('skipped', 2, 'worker-2'),
  ]);
  script.end(1, 200, 'lost', { class: 'infrastructure', message: LOST });
  script.tell(200, 'requeued', {
    attempt: 1,
    class: 'infrastructure',
    message: LOST,
  });
  script.claim(2, 230);
  script.steps(2, [
    { name: 'clone-repo', from: 252, to: 257 },
    { name: 'build-image', from: 257, status: 'running' },
    ...rest('pending', 2),
  ]);
  script.measure(2, 5, 17);
  script.clusterEvents(1, [
    { reason: 'Scheduled', message: 'Assigned to worker-2', from: 4 },
    { reason: 'Started', message: 'Started container', from: 12 },
    {
      type: 'Warning',
      reason: 'NodeNotReady',
      message: 'Node is not ready',
      from: 190,
    },
  ]);
  return script.build({ status: 'running', phase: 'running' });
}

/** One whose image the gate has stopped. */
function stopped(): ClusterBuild {
  const script = new RunScript({ minutesAgo: 40 });
  script.claim(1, 1);
  script.steps(1, [
    { name: 'clone-repo', from: 9, to: 12 },
    { name: 'build-image', from: 12, to: 63 },
    { name: 'generate-sbom', from: 63, to: 71 },
    { name: 'scan-image', from: 71, to: 80, status: 'failed', exitCode: 10 },
    ...rest('skipped', 4),
  ]);
  const { list, counts } = scanned({ severity: 'high', platforms: 1 });
  script.reports(1);
  return script.build(
    {
      status: 'failed',
      vulnerabilities: counts,
      failure: script.end(1, 81, 'failed', {
        class: 'user',
        step: 'scan-image',
        rule: 'scan-gate',
        message: `The image is not pushed: it has ${counts.critical} critical and ${counts.high} high vulnerabilities, and one that is high or worse stops an image here.`,
        hint: 'Update openssl 3.0.1 to 3.0.15 (CVE-2026-0001), in the sources or by a newer base image, and build again.',
      }),
    },
    { 1: list },
  );
}

/** One of two platforms that has passed. */
function passed(): ClusterBuild {
  const script = new RunScript({ minutesAgo: 55 });
  script.claim(1, 2);
  script.steps(
    1,
    CHECKED.map((name, index) => ({
      name,
      from: [21, 24, 95, 104, 117][index],
      to: [24, 95, 104, 117, 126][index],
    })),
  );
  script.measure(1, 1, 18);
  script.end(1, 127, 'completed');
  const { list, counts } = scanned({ severity: 'critical', platforms: 2 });
  script.image();
  script.reports(2);
  return script.build(
    { status: 'completed', vulnerabilities: counts },
    { 1: list },
  );
}

/** One of a pipeline with a task for each platform. */
function native(): ClusterBuild {
  const script = new RunScript({ minutesAgo: 2 });
  script.claim(1, 1);
  const task = (name: string, ...after: string[]) => ({
    task: name,
    runAfter: after,
    pod: `buildx-1f0c2a64-${name}-pod`,
  });
  script.steps(1, [
    { name: 'clone-repo', from: 8, to: 11, ...task('clone') },
    { name: 'build-amd64', from: 20, to: 71, ...task('amd64', 'clone') },
    {
      name: 'build-arm64',
      from: 24,
      status: 'running',
      ...task('arm64', 'clone'),
      node: 'worker-arm-1',
    },
    {
      name: 'push-image',
      status: 'pending',
      ...task('index', 'amd64', 'arm64'),
      pod: undefined,
      node: undefined,
    },
  ]);
  return script.build({
    status: 'running',
    phase: 'running',
    method: 'buildx',
  });
}

/** One that somebody tried again the day after. */
function retried(): ClusterBuild {
  const script = new RunScript({ minutesAgo: 26 * 60 });
  const pull = 'rpc error: code = NotFound desc = failed to pull and unpack';
  script.claim(1, 2);
  script.tell(20, 'held-up', {
    attempt: 1,
    reason: 'ErrImagePull',
    message: pull,
  });
  script.steps(1, [
    { name: 'clone-repo', from: 160, to: 163 },
    { name: 'build-image', from: 163, to: 181, status: 'failed', exitCode: 1 },
    ...rest('skipped', 2),
  ]);
  script.end(1, 182, 'failed', {
    class: 'user',
    step: 'build-image',
    message: 'The command npm ci ended with exit code 1.',
  });
  script.tell(182, 'failed', { attempt: 1 });
  const later = 25 * 3600;
  script.tell(later, 'retried', {}, GUEST);
  script.claim(2, later + 2);
  script.steps(
    2,
    CHECKED.map((name, index) => ({
      name,
      from: later + [10, 13, 60, 66, 74][index],
      to: later + [13, 60, 66, 74, 81][index],
    })),
  );
  script.end(2, later + 82, 'completed');
  script.image();
  script.reports(1);
  const none: VulnerabilityCounts = {
    critical: 0,
    high: 0,
    medium: 0,
    low: 0,
    unknown: 0,
  };
  return script.build(
    { status: 'completed', vulnerabilities: none },
    { 2: { counts: none, fixable: 0, items: [], truncated: false } },
  );
}

function rest(status: Step['status'], from: number, node = 'worker-3') {
  return CHECKED.slice(from).map(name => ({ name, status, node }));
}
