import {
  AuditorService,
  AuthService,
  HttpAuthService,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
  SchedulerService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { ScmIntegrations } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { SignalsService } from '@backstage/plugin-signals-node';
import { Router } from 'express';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FilesystemBlobStore } from './blobs';
import {
  AuthorizedBuilds,
  BuildMoves,
  BuildService,
  OwnerSweep,
  PermissionChecks,
  TenantMembership,
} from './builds';
import { ImageFactoryConfig } from './config';
import {
  ArtifactStore,
  BuildMoveStore,
  BuildStore,
  ClusterEventStore,
  EntityOwnerStore,
  ExecutionStore,
  LogStore,
  MetricStore,
  OutboxStore,
  QueueStore,
  RecordStore,
  StepStore,
  TemplateStore,
  isSqlite,
} from './database';
import {
  Dispatcher,
  ExecutionRunner,
  ExecutorMonitor,
  LeaseKeeper,
  RunReconciler,
  WakeUp,
} from './dispatcher';
import { BuildSignaller, OutboxPublisher, repeat } from './events';
import { ExecutorRegistry } from './executors';
import {
  LocalExecutor,
  environmentSecrets,
  pickEnvironment,
  runProgram,
} from './executors/local';
import { StoredTemplates, TektonExecutor } from './executors/tekton';
import {
  LogFollower,
  LogHints,
  LogReader,
  LogSearch,
  SecretValues,
  compressChunk,
} from './logs';
import { MethodRegistry } from './methods';
import { LOCAL_EXECUTOR } from './model';
import { Recorder } from './recorder';
import { ImagePusher } from './registry';
import { registerPermissions } from './registerPermissions';
import { OpenStreams, createRouter } from './router';
import { DirectorySources, GitHosts, GitSources, Sources } from './sources';

const DEBOUNCE_MS = 50;
/** Open pages are told of a change when it happens; this tells what a process that was lost has not. */
const OUTBOX_EVERY_MS = 5_000;

/** One replica at a time. The delay lets the catalog come up with the backend. */
const OWNER_SWEEP = {
  id: 'image-factory-entity-owners',
  frequency: { minutes: 5 },
  initialDelay: { seconds: 15 },
  timeout: { minutes: 5 },
  scope: 'global',
} as const;

/** Each replica, in the namespaces that it knows of; that another has removed a run already is no harm. */
const CLUSTER_SWEEP = {
  id: 'image-factory-finished-runs',
  frequency: { minutes: 10 },
  timeout: { minutes: 5 },
  scope: 'local',
} as const;

/** One replica for all: what it looks at is the same for each. */
const RUN_SWEEP = {
  id: 'image-factory-runs',
  frequency: { minutes: 1 },
  initialDelay: { seconds: 30 },
  timeout: { minutes: 5 },
  scope: 'global',
} as const;

/** The whole, put together. */
export type ImageFactory = {
  router: Router;
  start(): void;
  stop(): Promise<void>;
};

/** Puts the rooms together. Wiring only. */
export async function createImageFactory(options: {
  catalog: CatalogService;
  config: ImageFactoryConfig;
  integrations: ScmIntegrations;
  knex: Knex;
  auditor: AuditorService;
  auth: AuthService;
  httpAuth: HttpAuthService;
  userInfo: UserInfoService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  scheduler: SchedulerService;
  logger: LoggerService;
  signals: SignalsService;
  methods: MethodRegistry;
  executors: ExecutorRegistry;
}): Promise<ImageFactory> {
  const { catalog, config, knex, httpAuth, logger, methods, executors } =
    options;
  const owner = `${hostname()}:${process.pid}:${randomUUID()}`;

  // Every credential is added here before it is used.
  const secrets = SecretValues.create({ logger });
  const environment = pickEnvironment(process.env, config.local.environment);
  environmentSecrets(environment).forEach(value => secrets.add(value));

  const builds = BuildStore.create({ knex });
  const executions = ExecutionStore.create({ knex });
  const queue = QueueStore.create({ knex });
  const blobs = await FilesystemBlobStore.create({
    directory: join(config.dataDirectory, 'blobs'),
  });
  const sources = Sources.create({
    directories: await DirectorySources.create({
      roots: config.sourceDirectories,
    }),
    git: await GitSources.create({
      hosts: await GitHosts.create({
        hosts: config.git.hosts,
        integrations: options.integrations,
        onSecret: value => secrets.add(value),
        steady: () => performance.now(),
      }),
      git: config.local.toolPaths.git ?? 'git',
      environment,
      mask: text => secrets.mask(text),
      run: runProgram,
      directory: join(config.dataDirectory, 'git'),
      timeoutMilliseconds: config.git.timeoutMilliseconds,
      steady: () => performance.now(),
    }),
  });

  // Made whichever executors there are: it tells what may be in nobody's logs.
  const pusher = ImagePusher.create({
    registries: config.registries,
    environment: process.env,
    now: () => new Date(),
    random: Math.random,
    onSecret: value => secrets.add(value),
  });

  if (config.local.enabled) {
    executors.register(
      await LocalExecutor.create({
        id: LOCAL_EXECUTOR,
        directory: join(config.dataDirectory, 'local'),
        instance: 'local',
        methods,
        sources,
        blobs,
        pusher,
        checks: config.checks,
        logger,
        toolOrder: config.local.toolOrder,
        toolPaths: config.local.toolPaths,
        maxRunning: config.local.maxRunning,
        environment,
        maxSourceBytes: config.maxSourceBytes,
        finishWithinMs: config.local.finishWithinMs,
        now: () => new Date(),
        steady: () => performance.now(),
      }),
    );
  }

  const templateStore = TemplateStore.create({ knex });
  const templates = StoredTemplates.create({ store: templateStore, logger });
  await templates.seed(methods.list());
  for (const settings of config.kubernetes.clusters) {
    const executor = TektonExecutor.create({
      settings,
      kubernetes: config.kubernetes,
      methods,
      templates,
      checks: config.checks,
      pusher,
      blobs,
      logger,
      onSecret: value => secrets.add(value),
      recentTenants: (...asked) => executions.recentTenants(...asked),
      now: () => new Date(),
      steady: () => performance.now(),
      random: Math.random,
    });
    executors.register(executor);
    await options.scheduler.scheduleTask({
      ...CLUSTER_SWEEP,
      id: `${CLUSTER_SWEEP.id}-${settings.name}`,
      fn: signal => executor.removeFinished(signal),
    });
  }

  const signaller = BuildSignaller.create({ signals: options.signals, logger });
  const outbox = OutboxPublisher.create({
    outbox: OutboxStore.create({ knex }),
    signaller,
  });
  const publishing = repeat({
    everyMs: OUTBOX_EVERY_MS,
    work: signal => outbox.publishPending(signal),
    onError: error =>
      logger.warn('The outbox of build events could not be read', error),
  });

  const monitor = ExecutorMonitor.create({
    executors: () => executors.list(),
    logger,
  });
  const recorder = Recorder.create({
    records: RecordStore.create({ knex, compress: compressChunk }),
    executions,
    blobs,
    secrets,
    logger,
  });
  const wakeUp = WakeUp.create({ debounceMs: DEBOUNCE_MS });
  const hints = LogHints.create();
  const onChange: Parameters<
    typeof ExecutionRunner.create
  >[0]['onChange'] = change => {
    signaller.signal(change);
    hints.tell(change.buildId);
  };
  const runner = ExecutionRunner.create({
    recorder,
    executor: id => executors.get(id),
    onChange,
    onFinished: () => wakeUp.wake(),
    steady: () => performance.now(),
    logger,
  });
  const dispatcher = Dispatcher.create({
    owner,
    queue,
    limits: config.limits,
    executors: () => executors.list(),
    monitor,
    runner,
    keeper: LeaseKeeper.create({
      owner,
      othersAreGone: isSqlite(knex),
      executions,
      recorder,
      runner,
      clearUp: () =>
        Promise.all(executors.list().map(executor => executor.recover())),
      onChange,
      onRecovered: () => wakeUp.wake(),
      steady: () => performance.now(),
      logger,
    }),
    wakeUp,
    random: Math.random,
    logger,
  });
  const reconciler = RunReconciler.create({
    executors: () => executors.list(),
    executions,
    logger,
  });
  await options.scheduler.scheduleTask({
    ...RUN_SWEEP,
    fn: signal => reconciler.reconcile(signal),
  });

  const service = BuildService.create({
    builds,
    methods,
    sources,
    templates: templateStore,
    registries: config.registries,
    monitor,
    executors,
    defaults: {
      infrastructure: config.defaultInfrastructure,
      timeoutSeconds: config.defaultTimeoutSeconds,
      maxTimeoutSeconds: config.maxTimeoutSeconds,
    },
    maxAttempts: config.maxAttempts,
    wake: () => dispatcher.wake(),
    onChange,
    logger,
  });

  const moves = BuildMoves.create({
    builds,
    moves: BuildMoveStore.create({ knex }),
    maxAttempts: config.maxAttempts,
    wake: () => dispatcher.wake(),
    onChange,
  });

  const checks = PermissionChecks.create({
    permissions: options.permissions,
    ruleset: registerPermissions(options.permissionsRegistry, builds),
  });
  const authorizedBuilds = AuthorizedBuilds.create({
    store: builds,
    service,
    moves,
    catalog,
    auth: options.auth,
    checks,
    membership: TenantMembership.create({
      userInfo: options.userInfo,
      required: config.requireTenantMembership,
    }),
  });
  const ownerSweep = OwnerSweep.create({
    catalog,
    auth: options.auth,
    owners: EntityOwnerStore.create({ knex }),
    logger,
  });
  await options.scheduler.scheduleTask({
    ...OWNER_SWEEP,
    fn: signal => ownerSweep.run(signal),
  });

  const steps = StepStore.create({ knex });
  const logs = LogReader.create({ store: LogStore.create({ knex }) });
  const streams = OpenStreams.create();
  const router = await createRouter({
    httpAuth,
    auditor: options.auditor,
    logger,
    builds: authorizedBuilds,
    checks,
    history: builds,
    executions,
    steps,
    clusterEvents: ClusterEventStore.create({ knex }),
    queue,
    artifacts: ArtifactStore.create({ knex }),
    metrics: MetricStore.create({ knex }),
    logs,
    follower: LogFollower.create({ builds, steps, reader: logs, hints }),
    search: LogSearch.create({
      reader: logs,
      steady: () => performance.now(),
    }),
    streams,
    blobs,
    methods,
    monitor,
    executor: id => executors.get(id),
    linksOf: id =>
      config.kubernetes.clusters.find(({ name }) => name === id)?.links ?? [],
    running: () => queue.runningByExecutor(),
  });

  return {
    router,
    start() {
      dispatcher.start();
      publishing.start();
    },
    async stop() {
      // Whoever follows a log goes on at another replica, or once this one is back.
      streams.stop();
      await sources.stop();
      await dispatcher.stop();
      await publishing.stop();
      signaller.stop();
    },
  };
}
