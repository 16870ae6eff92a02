import {
  Artifact,
  Build,
  BuildEvent,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { aCluster, aStep } from '../src/__testUtils__/examples';

/** A build as it is on a cluster, with its parts. */
export type ClusterBuild = {
  build: Partial<Build>;
  steps: Step[];
  events: BuildEvent[];
  artifacts: Artifact[];
  artifactTexts: Record<string, string>;
};

/** Two clusters: one that is well, and one that lacks something. */
export const SCRIPTED_CLUSTERS = [
  aCluster({
    running: 3,
    methods: [
      { id: 'docker', title: 'Dockerfile', available: true },
      {
        id: 'nix',
        title: 'Nix',
        available: false,
        message:
          'The template nix-build-pipeline needs the step images nix, which are not configured.',
        hint: 'Name them under imageFactory.executors.kubernetes.stepImages, by digest.',
      },
    ],
    tenants: ['group:default/guests', 'group:default/payments'],
    checkedAt: new Date().toISOString(),
  }),
  aCluster({
    id: 'us-1',
    title: 'America',
    health: 'unavailable',
    message: 'The cluster us-1 cannot be used: connect ECONNREFUSED',
    hint: 'A portal admin checks whether the cluster runs, and how the portal reaches it.',
    tools: [],
    checkedAt: new Date().toISOString(),
  }),
];

const POD = 'docker-1f0c2a64-7d0e-4a-2-build-pod';
const STEP_IMAGE = `registry.example.com/image-factory/buildah@sha256:${'9f'.repeat(
  32,
)}`;

/** One that waits for a node, and one that was lost with its node and is on another now. */
export function clusterBuilds(): ClusterBuild[] {
  const began = minutesAgo(6);
  const common: Partial<Build> = {
    status: 'running',
    infrastructure: 'kubernetes',
    executor: 'eu-1',
    createdAt: began,
    queuedAt: began,
    startedAt: began,
    attempt: 1,
    source: {
      type: 'git',
      location: 'git.example.com/team/app',
      ref: 'main',
      commit: '3f9c2e1'.padEnd(40, '0'),
    },
  };
  return [
    {
      ...manifest(1),
      build: {
        ...common,
        phase: 'pending',
        phaseReason: 'Unschedulable',
        phaseMessage:
          '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
      },
      steps: stepsOf('pending', 'pending', 'pending'),
      events: [event(1, 'submitted', 6), event(2, 'claimed', 6, attempt(1))],
    },
    {
      ...manifest(2),
      build: {
        ...common,
        phase: 'running',
        attempt: 2,
        startedAt: minutesAgo(1),
      },
      steps: stepsOf('completed', 'running', 'pending'),
      events: [
        event(1, 'submitted', 6),
        event(2, 'claimed', 6, attempt(1)),
        event(3, 'requeued', 2, {
          attempt: 1,
          class: 'infrastructure',
          message:
            'The node worker-2 of the build’s pod is gone (NodeLost). Nothing of the attempt counts.',
        }),
        event(4, 'claimed', 1, attempt(2)),
      ],
    },
  ];
}

function stepsOf(...states: Step['status'][]): Step[] {
  return ['clone-repo', 'build-image', 'push-image'].map((name, index) => {
    const status = states[index];
    return aStep({
      name,
      ordinal: index,
      status,
      pod: POD,
      image: STEP_IMAGE,
      ...(status !== 'pending' && {
        node: 'worker-3',
        startedAt: minutesAgo(1),
      }),
      ...(status === 'completed' && { finishedAt: minutesAgo(0.9) }),
    });
  });
}

function manifest(number: number) {
  const name = `docker-1f0c2a647d0e4a-${number}`;
  const lines = [
    'apiVersion: tekton.dev/v1',
    'kind: PipelineRun',
    'metadata:',
    `  name: ${name}`,
    '  namespace: builds-guests',
    '  labels:',
    '    image-factory.io/method: docker',
    'spec:',
    '  pipelineSpec:',
    '    tasks:',
    '      - name: build',
    '        taskSpec:',
    '          steps:',
    ...['clone-repo', 'build-image', 'push-image'].flatMap(step => [
      `            - name: ${step}`,
      `              image: ${STEP_IMAGE}`,
      '              computeResources:',
      '                requests: { cpu: "1", memory: 2Gi }',
    ]),
  ];
  return {
    artifacts: [
      {
        id: `run-${number}`,
        type: 'pipeline-run' as const,
        name,
        mediaType: 'application/yaml',
        downloadable: true,
      },
    ],
    artifactTexts: { [`run-${number}`]: `${lines.join('\n')}\n` },
  };
}

function attempt(number: number): BuildEvent['data'] {
  return { attempt: number, executor: 'eu-1' };
}

function event(
  sequence: number,
  type: string,
  minutes: number,
  data: BuildEvent['data'] = {},
): BuildEvent {
  const actor = type === 'submitted' ? 'user:default/guest' : 'system';
  return { sequence, type, at: minutesAgo(minutes), actor, data };
}

function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}
