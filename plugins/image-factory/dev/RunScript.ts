import {
  Artifact,
  Build,
  BuildEvent,
  ClusterEvent,
  ClusterEventList,
  ClusterLink,
  Execution,
  Failure,
  Metric,
  Step,
  VulnerabilityList,
} from '@image-factory/backstage-plugin-image-factory-common';
import { aStep, anExecution } from '../src/__testUtils__/examples';

/** A build as it is on a cluster, with its parts. */
export type ClusterBuild = {
  build: Partial<Build>;
  steps: Step[];
  stepsOfAttempt: Record<number, Step[]>;
  executions: Execution[];
  events: BuildEvent[];
  clusterEvents: Record<number, Omit<ClusterEventList, 'attempt'>>;
  metrics: Metric[];
  artifactsOfAttempt: Record<number, Artifact[]>;
  artifactTexts: Record<string, string>;
  vulnerabilities: Record<number, VulnerabilityList>;
};

/** A step; its times are seconds since the submit. */
type ScriptedStep = Omit<Partial<Step>, 'name'> & {
  name: string;
  from?: number;
  to?: number;
};

const NAMESPACE = 'image-builds-guests';
const STEP_IMAGE = `registry.example.com/image-factory/buildah@sha256:${'9f'.repeat(
  32,
)}`;
const IMAGE = `registry.example.com/team/app@sha256:${'4a'.repeat(32)}`;

/** Something of a pod; its times are seconds since the submit. */
type ScriptedEvent = Pick<ClusterEvent, 'reason' | 'message'> & {
  type?: ClusterEvent['type'];
  from: number;
  to?: number;
  count?: number;
};

/** Writes down what happened to one build, in seconds since its submit. */
export class RunScript {
  readonly #start: number;
  readonly #executions: Execution[] = [];
  readonly #steps: Record<number, Step[]> = {};
  readonly #events: BuildEvent[] = [];
  readonly #clusterEvents: ClusterBuild['clusterEvents'] = {};
  readonly #metrics: Metric[] = [];
  readonly #artifacts: Record<number, Artifact[]> = {};

  constructor(options: { minutesAgo: number }) {
    this.#start = Date.now() - options.minutesAgo * 60_000;
    this.tell(0, 'submitted', {}, 'user:default/guest');
  }

  tell(at: number, type: string, data: BuildEvent['data'], actor = 'system') {
    const sequence = this.#events.length + 1;
    this.#events.push({ sequence, type, at: this.#at(at), actor, data });
  }

  claim(attempt: number, at: number) {
    const name = this.#nameOf(attempt);
    this.tell(at, 'claimed', { attempt, executor: 'eu-1' });
    this.#executions.push(
      anExecution({
        attempt,
        executor: 'eu-1',
        name,
        namespace: NAMESPACE,
        links: [
          link('Tekton Dashboard', `tekton/${NAMESPACE}/${name}`),
          link('Grafana', `grafana/${NAMESPACE}`),
        ],
        startedAt: this.#at(at),
      }),
    );
    this.#artifacts[attempt] = [
      {
        id: name,
        type: 'pipeline-run',
        name,
        mediaType: 'application/yaml',
        sizeBytes: 9_216,
        downloadable: true,
      },
    ];
  }

  steps(attempt: number, steps: ScriptedStep[]) {
    const pod = `${this.#nameOf(attempt)}-build-pod`;
    this.#steps[attempt] = steps.map(({ from, to, ...step }, ordinal) => {
      const placed = { pod, node: 'worker-3', task: 'build', ...step };
      return aStep({
        ordinal,
        status: 'completed',
        namespace: NAMESPACE,
        image: STEP_IMAGE,
        runAfter: [],
        ...placed,
        startedAt: from === undefined ? undefined : this.#at(from),
        finishedAt: to === undefined ? undefined : this.#at(to),
        links: placed.pod
          ? [link('Logs in Grafana', `grafana/${placed.pod}`)]
          : undefined,
      });
    });
  }

  end(
    attempt: number,
    at: number,
    status: Execution['status'],
    failure?: Failure,
  ): Failure | undefined {
    const execution = this.#executions.find(each => each.attempt === attempt)!;
    const nodes = this.#steps[attempt].flatMap(({ node }) => node ?? []);
    Object.assign(execution, {
      status,
      failure,
      finishedAt: this.#at(at),
      lostNodes: status === 'lost' ? [...new Set(nodes)] : undefined,
    });
    return failure;
  }

  /** What a cluster tells of the pod of an attempt. */
  clusterEvents(attempt: number, events: ScriptedEvent[]) {
    const name = `${this.#nameOf(attempt)}-build-pod`;
    this.#clusterEvents[attempt] = {
      truncated: false,
      items: events.map(({ from, to = from, ...event }, index) => ({
        key: String(index),
        type: 'Normal',
        object: { kind: 'Pod', name },
        count: 1,
        firstSeenAt: this.#at(from),
        lastSeenAt: this.#at(to),
        ...event,
      })),
    };
  }

  /** What a cluster tells of the start of a pod, in seconds. */
  measure(attempt: number, nodeWait: number, podStart: number) {
    const unit = 'seconds' as const;
    this.#metrics.push(
      { attempt, name: 'node-wait', value: nodeWait, unit },
      { attempt, name: 'pod-start', value: podStart, unit },
    );
  }

  /** Of the attempt that was claimed last, as the reports are. */
  image() {
    this.#latestArtifacts().push({
      id: 'image',
      type: 'image',
      name: 'registry.example.com/team/app:3',
      reference: IMAGE,
      digest: IMAGE.slice(IMAGE.indexOf('@') + 1),
      sizeBytes: 88_234_567,
      downloadable: false,
    });
  }

  /** The SBOM and the report of the scan of so many platforms. */
  reports(platforms: number) {
    for (const platform of ['linux/amd64', 'linux/arm64'].slice(0, platforms)) {
      const name = platform.replace('/', '-');
      const common = { platform, downloadable: true, reference: IMAGE };
      this.#latestArtifacts().push(
        {
          ...common,
          id: `sbom-${name}`,
          type: 'sbom',
          name: `${name}.spdx.json`,
          mediaType: 'application/spdx+json',
          sizeBytes: 1_234_567,
        },
        {
          ...common,
          id: `scan-${name}`,
          type: 'vulnerability-report',
          name: `${name}.trivy.json`,
          mediaType: 'application/vnd.aquasec.trivy.report+json',
          sizeBytes: 345_678,
        },
      );
    }
  }

  build(
    change: Partial<Build>,
    vulnerabilities: Record<number, VulnerabilityList> = {},
  ): ClusterBuild {
    const latest = this.#executions.at(-1)!;
    const { attempt, startedAt, finishedAt } = latest;
    const names = Object.values(this.#steps)[0].map(({ name }) => name);
    if (finishedAt && change.status) {
      const data = { attempt };
      this.#events.push({
        sequence: this.#events.length + 1,
        type: change.status,
        at: finishedAt,
        actor: 'system',
        data,
      });
    }
    return {
      build: {
        image: 'registry.example.com/team/app:{number}',
        infrastructure: 'kubernetes',
        executor: 'eu-1',
        createdAt: this.#at(0),
        queuedAt: this.#at(0),
        startedAt,
        finishedAt,
        attempt,
        digest:
          change.status === 'completed'
            ? IMAGE.slice(IMAGE.indexOf('@') + 1)
            : undefined,
        source: {
          type: 'git',
          location: 'git.example.com/team/app',
          ref: 'main',
          commit: '3f9c2e1'.padEnd(40, '0'),
        },
        ...change,
      },
      steps: this.#steps[attempt],
      stepsOfAttempt: this.#steps,
      executions: this.#executions,
      events: this.#events,
      clusterEvents: this.#clusterEvents,
      metrics: this.#metrics,
      artifactsOfAttempt: this.#artifacts,
      artifactTexts: Object.fromEntries(
        this.#executions.map(({ name }) => [name, manifest(name, names)]),
      ),
      vulnerabilities,
    };
  }

  #latestArtifacts(): Artifact[] {
    return this.#artifacts[this.#executions.at(-1)!.attempt];
  }

  #nameOf(attempt: number): string {
    return `docker-1f0c2a647d0e4a-${attempt}`;
  }

  #at(seconds: number): string {
    return new Date(this.#start + seconds * 1000).toISOString();
  }
}

function link(title: string, path: string): ClusterLink {
  return { title, url: `https://tools.example.com/${path}` };
}

function manifest(name: string, steps: string[]): string {
  const lines = [
    'apiVersion: tekton.dev/v1',
    'kind: PipelineRun',
    'metadata:',
    `  name: ${name}`,
    `  namespace: ${NAMESPACE}`,
    '  labels:',
    '    image-factory.io/method: docker',
    'spec:',
    '  pipelineSpec:',
    '    tasks:',
    '      - name: build',
    '        taskSpec:',
    '          steps:',
    ...steps.flatMap(step => [
      `            - name: ${step}`,
      `              image: ${STEP_IMAGE}`,
      '              computeResources:',
      '                requests: { cpu: "1", memory: 2Gi }',
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
