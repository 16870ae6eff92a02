import {
  ClusterSettings,
  KubernetesClient,
  ObjectWatch,
  ServerAnswer,
  TEKTON_API,
  CORE_API,
  loadKubeConfig,
  objectPath,
} from '../../clusters';
import { RUN_LABELS } from '../../templates';
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

/** What is seen of one namespace; all of one run is in the group of its name. */
export type NamespaceView = {
  pipelineRuns: ObjectWatch<PipelineRunObject, PipelineRunState>;
  taskRuns: ObjectWatch<TaskRunObject, TaskRunState>;
  pods: ObjectWatch<PodObject, PodState>;
};

type Held = { view: NamespaceView; users: number };

export type TektonClusterOptions = {
  settings: ClusterSettings;
  instance: string;
  random(): number;
  steady(): number;
  /** Hears how the API server answers. */
  onAnswer(answer: ServerAnswer): void;
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
    this.#client ??= loadKubeConfig(name, access).then(login =>
      KubernetesClient.create({ login, onAnswer: this.#options.onAnswer }),
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
  async look(
    namespace: string,
  ): Promise<{ view: NamespaceView; leave: () => void }> {
    const client = await this.client();
    let held = this.#views.get(namespace);
    if (!held) {
      held = { view: this.#watch(client, namespace), users: 0 };
      this.#views.set(namespace, held);
    }
    const mine = held;
    mine.users += 1;
    let isLeft = false;
    return {
      view: mine.view,
      leave: () => {
        if (isLeft) return;
        isLeft = true;
        mine.users -= 1;
        if (mine.users > 0) return;
        this.#views.delete(namespace);
        void stopAll(mine.view);
      },
    };
  }

  async stop(): Promise<void> {
    const views = [...this.#views.values()];
    this.#views.clear();
    await Promise.all(views.map(({ view }) => stopAll(view)));
    await (await this.#client?.catch(() => undefined))?.close();
  }

  #watch(client: KubernetesClient, namespace: string): NamespaceView {
    const { instance, random, steady } = this.#options;
    const common = {
      client,
      labelSelector: `${RUN_LABELS.instance}=${instance}`,
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
}

function runOf({ metadata }: TaskRunObject | PodObject): string | undefined {
  return metadata.labels?.[PIPELINE_RUN_LABEL];
}

async function stopAll(view: NamespaceView): Promise<void> {
  await Promise.all(Object.values(view).map(watch => watch.stop()));
}
