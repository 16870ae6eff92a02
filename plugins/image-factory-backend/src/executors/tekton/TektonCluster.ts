import {
  ClusterSettings,
  KubernetesClient,
  ObjectWatch,
  OnSecret,
  ServerAnswer,
  TEKTON_API,
  CORE_API,
  loadKubeConfig,
  objectPath,
} from '../../clusters';
import { RUN_LABELS } from '../../templates';
import { NamespaceEvents } from './NamespaceEvents';
import { NamespaceUsage } from './NamespaceUsage';
import {
  PipelineRunObject,
  PipelineRunState,
  PodObject,
  PodState,
  TaskRunObject,
  TaskRunState,
  PIPELINE_RUN_LABEL,
  reducePipelineRun,
  reducePod,
  reduceTaskRun,
} from './tektonObjects';

/** A run that is checked has some 75 kB, and is as large again in its TaskRun and its pod. */
const PAGE = 50;

/** What is seen of one namespace; all of one run is in the group of its name. */
export type NamespaceView = {
  pipelineRuns: ObjectWatch<PipelineRunObject, PipelineRunState>;
  taskRuns: ObjectWatch<TaskRunObject, TaskRunState>;
  pods: ObjectWatch<PodObject, PodState>;
};

type Seen = {
  view: NamespaceView;
  events: NamespaceEvents;
  usage: NamespaceUsage;
};

type Held = Seen & { users: number };

export type TektonClusterOptions = {
  settings: ClusterSettings;
  instance: string;
  random(): number;
  steady(): number;
  /** Hears how the API server answers. */
  onAnswer(answer: ServerAnswer): void;
  /** Hears of what the portal logs in with. */
  onSecret: OnSecret;
};

/** One cluster: its client, and what of this portal's runs is in it. */
export class TektonCluster {
  readonly #options: TektonClusterOptions;
  readonly #views = new Map<string, Held>();
  #client: Promise<KubernetesClient> | undefined;

  static create(options: TektonClusterOptions): TektonCluster {
    return new TektonCluster(options);
  }

  private constructor(options: TektonClusterOptions) {
    this.#options = options;
  }

  get settings(): ClusterSettings {
    return this.#options.settings;
  }

  /** Loaded when it is first needed; a kubeconfig that cannot be read is read again the next time. */
  async client(): Promise<KubernetesClient> {
    const { name, access } = this.settings;
    const { onAnswer, onSecret } = this.#options;
    this.#client ??= loadKubeConfig(name, access).then(login =>
      KubernetesClient.create({ login, onAnswer, onSecret }),
    );
    try {
      return await this.#client;
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
  }

  /**
   * What this portal has in a namespace, watched as long as somebody looks: one
   * list and watch a kind, however many runs there are.
   */
  async look(namespace: string): Promise<Seen & { leave: () => void }> {
    const client = await this.client();
    let held = this.#views.get(namespace);
    if (!held) {
      const view = this.#watch(client, namespace);
      const events = this.#watchEvents(client, namespace, view);
      const usage = NamespaceUsage.watch({
        client,
        namespace,
        labelSelector: this.#labelSelector,
      });
      held = { view, events, usage, users: 0 };
      this.#views.set(namespace, held);
    }
    const mine = held;
    mine.users += 1;
    let isLeft = false;
    return {
      view: mine.view,
      events: mine.events,
      usage: mine.usage,
      leave: () => {
        if (isLeft) return;
        isLeft = true;
        mine.users -= 1;
        if (mine.users > 0) return;
        this.#views.delete(namespace);
        void stopAll(mine);
      },
    };
  }

  async stop(): Promise<void> {
    const views = [...this.#views.values()];
    this.#views.clear();
    await Promise.all(views.map(stopAll));
    await (await this.#client?.catch(() => undefined))?.close();
  }

  /** Of all that belongs to runs of this portal. */
  get #labelSelector(): string {
    return `${RUN_LABELS.instance}=${this.#options.instance}`;
  }

  #watch(client: KubernetesClient, namespace: string): NamespaceView {
    const { random, steady } = this.#options;
    const common = {
      client,
      pageSize: PAGE,
      labelSelector: this.#labelSelector,
      random,
      steady,
    };
    const view: NamespaceView = {
      pipelineRuns: ObjectWatch.create({
        ...common,
        path: objectPath(TEKTON_API, namespace, 'pipelineruns'),
        reduce: reducePipelineRun,
      }),
      taskRuns: ObjectWatch.create({
        ...common,
        path: objectPath(TEKTON_API, namespace, 'taskruns'),
        reduce: reduceTaskRun,
        groupOf: runOf,
      }),
      pods: ObjectWatch.create({
        ...common,
        path: objectPath(CORE_API, namespace, 'pods'),
        reduce: reducePod,
        groupOf: runOf,
      }),
    };
    Object.values(view).forEach(watch => watch.start());
    return view;
  }

  /** All that the portal has there carries its labels, and is in the view by that. */
  #watchEvents(
    client: KubernetesClient,
    namespace: string,
    view: NamespaceView,
  ): NamespaceEvents {
    const { random, steady } = this.#options;
    const byKind: Record<string, { get(name: string): unknown }> = {
      PipelineRun: view.pipelineRuns,
      TaskRun: view.taskRuns,
      Pod: view.pods,
    };
    return NamespaceEvents.watch({
      client,
      namespace,
      isOurs: ({ kind, name }) => byKind[kind]?.get(name) !== undefined,
      random,
      steady,
    });
  }
}

function runOf({ metadata }: TaskRunObject | PodObject): string | undefined {
  return metadata.labels?.[PIPELINE_RUN_LABEL];
}

async function stopAll({ view, events, usage }: Seen): Promise<void> {
  await Promise.all(
    [...Object.values(view), events, usage].map(watch => watch.stop()),
  );
}
