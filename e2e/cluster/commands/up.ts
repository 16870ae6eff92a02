import { mkdir, readdir, rm } from 'node:fs/promises';
import { awaitQuotas } from '../access/awaitQuotas';
import {
  applyTenancy,
  DISPATCHER,
  TENANT_NAMESPACE,
  writeDispatcherKubeconfig,
} from '../access/dispatcher';
import { ClusterDescription } from '../ClusterDescription';
import { publishImages } from '../images/publishImages';
import { openState, readState } from '../local/ClusterState';
import { GIT_USER } from '../local/gitServer';
import { startKwok } from '../local/kwok';
import { LocalCluster } from '../local/LocalCluster';
import { startMetricsServer } from '../local/metricsServer';
import { REGISTRY_USER } from '../local/registry';
import { ClusterFolder } from '../machine/ClusterFolder';
import { timed } from '../machine/say';
import { Problem } from '../Problem';
import { installTekton, TEKTON_NAMESPACE } from '../tekton/installTekton';
import { readTektonManifests } from '../tekton/tektonManifests';
import { prepare, Prepared, prepareKwok } from './prepare';

/** Brings up a cluster of this machine's own, or what of it does not run, and describes it for tests. */
export async function upLocal(
  folder: ClusterFolder,
  options: {
    /** How many nodes are played beside the real ones. */
    kwokNodes: number;
  },
): Promise<ClusterDescription> {
  await claimFolder(folder);
  const prepared = await prepare();
  const kwok = options.kwokNodes > 0 ? await prepareKwok() : undefined;
  const state = await openState(folder);
  const cluster = await LocalCluster.prepare(
    folder,
    state,
    prepared.kubernetes,
  );
  await cluster.startServices();
  const [references] = await Promise.all([
    timed('The registry has all images', () => publishAll(cluster, prepared)),
    cluster.startControlPlane(),
  ]);
  await cluster.startNodes(references.pause);
  await timed('Metrics are served', () =>
    startMetricsServer(cluster, prepared.metricsServer),
  );
  await timed(`Tekton ${prepared.tekton.version} is ready`, async () =>
    installTekton(
      cluster.kubectl,
      await readTektonManifests(
        prepared.tekton.manifests,
        { programs: references.tekton, shell: references.busybox },
        prepared.tekton.version,
      ),
    ),
  );
  await applyTenancy(cluster.kubectl);
  await timed('What quotas limit is counted', () =>
    awaitQuotas(cluster.kubectl),
  );
  if (kwok) await startKwok(cluster, kwok, options.kwokNodes);
  const description: ClusterDescription = {
    origin: 'local',
    kubeconfig: folder.adminKubeconfig,
    dispatcherKubeconfig: await writeDispatcherKubeconfig(
      folder,
      cluster.kubectl,
      {
        server: cluster.controlPlane.server,
        caFile: cluster.controlPlane.authority.certificate,
      },
    ),
    tektonVersion: prepared.tekton.version,
    namespaces: {
      tekton: TEKTON_NAMESPACE,
      dispatcher: DISPATCHER.namespace,
      tenants: { 'group:default/guests': TENANT_NAMESPACE },
    },
    programs: { kubectl: prepared.kubernetes.paths.kubectl },
    local: {
      registry: {
        address: cluster.registry.host,
        username: REGISTRY_USER,
        password: state.passwords.builder,
        caFile: cluster.registry.caFile,
        authFile: cluster.registry.authFile,
        certificateFolder: cluster.registry.certificateFolder,
      },
      git: {
        url: cluster.git.url,
        username: GIT_USER,
        password: state.passwords.git,
        caFile: cluster.git.caFile,
        repositories: cluster.git.repositories,
      },
      images: { ...references.steps, busybox: references.busybox },
      vulnerabilityDatabase: references.vulnerabilityDatabase,
    },
  };
  await folder.writeJson(folder.description, description);
  return description;
}

/** `down` will remove all that is in the folder: it has to be the cluster's alone. */
async function claimFolder(folder: ClusterFolder): Promise<void> {
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  if (await readState(folder)) return;
  const others = (await readdir(folder.path)).filter(each => each !== 'logs');
  if (others.length > 0) {
    throw new Problem(
      `${folder.path} holds something else than a cluster of this machine's own (${others[0]})`,
      'run `npm run cluster -- down` if it describes a cluster that was given, or give an empty folder with --dir',
    );
  }
  // Of the cluster that was here before.
  await rm(folder.of('logs'), { recursive: true, force: true });
}

async function publishAll(cluster: LocalCluster, { images }: Prepared) {
  const { busybox, pause, vulnerabilityDatabase } = await publishImages(
    cluster.registry,
    {
      busybox: images.busybox,
      pause: images.pause,
      vulnerabilityDatabase: images.vulnerabilityDatabase,
    },
  );
  const [tekton, steps] = await Promise.all([
    publishImages(cluster.registry, images.tekton),
    publishImages(cluster.registry, images.steps),
  ]);
  return { busybox, pause, vulnerabilityDatabase, tekton, steps };
}
