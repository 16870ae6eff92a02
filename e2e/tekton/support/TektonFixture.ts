import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ExecutionSpec } from '../../../plugins/image-factory-node/src';
import {
  ExecutorFixture,
  RunBehaviour,
} from '../../../plugins/image-factory-node/src/testUtils';
import { TektonExecutor } from '../../../plugins/image-factory-backend/src/executors/tekton';
import { Cluster } from '../../cluster/Cluster';
import { OperatorSettings, createExecutor } from './createExecutor';
import { SCRIPTED_STEPS, scriptedMethod } from './scriptedMethod';
import { TENANT, prepareTenant } from './tenant';

/** A container that is told to end gets 30 s. */
const ENDS_WITHIN_MS = 45_000;

/** Runs on the real cluster whose steps are scripts of the shell. */
export class TektonFixture implements ExecutorFixture {
  readonly steps = SCRIPTED_STEPS;
  readonly withoutCollector = 'on';
  readonly timeLimitSeconds = 15;
  readonly executor: TektonExecutor;
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly #instance: string;
  readonly #executors: TektonExecutor[] = [];

  static async create(cluster: Cluster): Promise<TektonFixture> {
    return new TektonFixture(cluster, await prepareTenant(cluster));
  }

  private constructor(cluster: Cluster, namespace: string) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.#instance = `test-${randomUUID().slice(0, 8)}`;
    this.executor = this.another();
  }

  /** An executor as another replica of the same portal would have one. */
  another(changes: OperatorSettings = {}): TektonExecutor {
    const executor = createExecutor({
      ...changes,
      cluster: this.cluster,
      instance: this.#instance,
      methods: [scriptedMethod],
    });
    this.#executors.push(executor);
    return executor;
  }

  async spec(behaviour: RunBehaviour): Promise<ExecutionSpec> {
    return this.scripted(
      Object.fromEntries(
        SCRIPTED_STEPS.map(step => [step, scriptOf(step, behaviour)]),
      ),
      { timeoutSeconds: behaviour.timeoutSeconds ?? 120 },
    );
  }

  /** A build whose steps run these scripts; those that are not named just complete. */
  scripted(
    scripts: Record<string, string>,
    changes: Partial<ExecutionSpec['config']> = {},
  ): ExecutionSpec {
    const { images, git } = this.cluster.local;
    const buildId = randomUUID();
    const [, digest] = images.busybox.split('@');
    return {
      name: `scripted-${buildId.replaceAll('-', '')}-1`,
      executionId: randomUUID(),
      buildId,
      attempt: 1,
      buildNumber: 1,
      requestedBy: 'user:default/guest',
      config: {
        entityRef: 'component:default/conformance',
        imageName: 'default',
        tenant: TENANT,
        method: scriptedMethod.id,
        infrastructure: 'kubernetes',
        source: {
          type: 'git',
          repository: `${git.url}/conformance.git`,
          ref: 'main',
          commit: '0'.repeat(40),
          path: '',
          credentials: 'none',
        },
        // An image that is there: what a run pushes is told by its results.
        image: {
          reference: `${repositoryOf(images.busybox)}:${buildId}`,
          tags: [],
          delivery: 'push',
        },
        parameters: {
          ...Object.fromEntries(SCRIPTED_STEPS.map(step => [step, ':'])),
          ...scripts,
          digest,
        },
        platforms: [],
        timeoutSeconds: 120,
        ...changes,
      },
    };
  }

  async assertNothingLeft(name: string): Promise<void> {
    const until = Date.now() + ENDS_WITHIN_MS;
    for (;;) {
      const { items } = await this.cluster.kubectl.get<{
        items: { metadata: { name: string }; status: { phase: string } }[];
      }>(
        'pods',
        `--namespace=${this.namespace}`,
        `--selector=tekton.dev/pipelineRun=${name}`,
      );
      const live = items.filter(
        ({ status }) => !['Succeeded', 'Failed'].includes(status.phase),
      );
      if (live.length === 0) return;
      assert.ok(
        Date.now() < until,
        `the pod ${live[0].metadata.name} of ${name} is left`,
      );
      await delay(500);
    }
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#executors.map(each => each.stop()));
    await this.cluster.kubectl.run([
      'delete',
      'pipelineruns',
      `--namespace=${this.namespace}`,
      `--selector=image-factory.io/instance=${this.#instance}`,
    ]);
  }
}

function repositoryOf(reference: string): string {
  return reference.split('@')[0].replace(/:[^/:]*$/, '');
}

function scriptOf(step: string, behaviour: RunBehaviour): string {
  const { waitsIn, failsIn, prints } = behaviour;
  return [
    ':',
    prints?.step === step && `seq 1 ${prints.lines} | sed 's/^/line /'`,
    waitsIn === step && 'sleep 600',
    failsIn === step && 'exit 3',
  ]
    .filter(Boolean)
    .join('\n');
}
