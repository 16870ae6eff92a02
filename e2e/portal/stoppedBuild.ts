import {
  StepStatus,
  Vulnerability,
  VulnerabilityList,
} from '@image-factory/backstage-plugin-image-factory-common';
import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import { StoredRun } from './storeBuild';

const IMAGE = `registry.example.com/team/app@sha256:${'4a'.repeat(32)}`;
const NAMESPACE = 'image-builds-guests';

/** What a scan has found: one of them stops the image. */
const FOUND: Vulnerability[] = [
  {
    id: 'CVE-2026-0001',
    severity: 'critical',
    package: 'openssl',
    version: '3.0.1',
    fixedVersion: '3.0.15',
    title: 'openssl: input that is longer than its buffer is written behind it',
    url: 'https://cve.example.com/CVE-2026-0001',
    target: 'debian 12.5',
    stopsImage: true,
  },
  {
    id: 'CVE-2026-0002',
    severity: 'medium',
    package: 'left-pad',
    version: '1.0.0',
    target: 'app/node_modules/left-pad',
    stopsImage: false,
  },
  {
    id: 'CVE-2026-0003',
    severity: 'unknown',
    package: 'zlib1g',
    version: '1:1.2.13',
    stopsImage: false,
  },
];

const LIST: VulnerabilityList = {
  counts: { critical: 1, high: 0, medium: 1, low: 0, unknown: 1 },
  fixable: 1,
  gate: { severity: 'high', ignoreUnfixed: true, stopped: true },
  items: FOUND,
  truncated: false,
};

/** An attempt on a cluster that was lost with its node. */
export function lostRun(): StoredRun {
  return {
    executor: 'eu-1',
    steps: [],
    further: [
      step('clone-repo', 0, 'completed', { node: 'worker-1' }),
      step('build-image', 1, 'running', { node: 'worker-1' }),
      step('scan-image', 2, 'pending', { node: 'worker-1' }),
      step('push-image', 3, 'pending', { node: 'worker-1' }),
    ],
    outcome: {
      status: 'lost',
      message: 'The node worker-1 is gone.',
      nodes: ['worker-1'],
    },
  };
}

/** An attempt on a cluster whose scan has found what the gate does not let through. */
export function stoppedRun(): StoredRun {
  const report = {
    reference: IMAGE,
    platform: 'linux/amd64',
    sizeBytes: 345_678,
  };
  return {
    executor: 'eu-1',
    steps: [],
    further: [
      step('clone-repo', 0, 'completed', { node: 'worker-2' }),
      step('build-image', 1, 'completed', { node: 'worker-2' }),
      step('scan-image', 2, 'failed', { node: 'worker-2' }),
      {
        type: 'log',
        step: 'scan-image',
        offset: 0,
        bytes: Buffer.from('scanning\n2 found, 1 of them stops the image\n'),
      },
      step('push-image', 3, 'skipped', { node: 'worker-2' }),
      {
        type: 'cluster-event',
        event: {
          key: '1',
          type: 'Warning',
          object: { kind: 'Pod', name: 'docker-1f0c2a64-worker-2-build-pod' },
          reason: 'FailedMount',
          message: 'secret "registry-login" not found',
          count: 3,
          firstSeenAt: '2026-01-02T03:04:05.000Z',
          lastSeenAt: '2026-01-02T03:09:05.000Z',
        },
      },
      {
        type: 'artifact',
        artifact: {
          ...report,
          type: 'sbom',
          name: 'linux-amd64.spdx.json',
          mediaType: 'application/spdx+json',
          blobKey: 'sbom',
        },
      },
      {
        type: 'artifact',
        artifact: {
          ...report,
          type: 'vulnerability-report',
          name: 'linux-amd64.trivy.json',
          mediaType: 'application/vnd.aquasec.trivy.report+json',
          blobKey: 'scan',
        },
      },
    ],
    vulnerabilities: LIST,
    outcome: {
      status: 'failed',
      failure: {
        class: 'user',
        message: 'The scan has found a vulnerability that stops the image.',
        step: 'scan-image',
        evidenceLine: 2,
        hint: 'Take a base image in which openssl is 3.0.15 or newer.',
      },
    },
  };
}

function step(
  name: string,
  ordinal: number,
  status: StepStatus,
  place: { node: string },
): ExecutionUpdate {
  const at = new Date().toISOString();
  const hasBegun = status !== 'pending' && status !== 'skipped';
  const isOver = hasBegun && status !== 'running';
  return {
    type: 'step',
    step: {
      name,
      ordinal,
      status,
      startedAt: hasBegun ? at : undefined,
      finishedAt: isOver ? at : undefined,
      exitCode: status === 'failed' ? 10 : undefined,
      namespace: NAMESPACE,
      pod: `docker-1f0c2a64-${place.node}-build-pod`,
      task: 'build',
      runAfter: [],
      ...place,
    },
  };
}
