import { CachedImage } from '../images/imageCache';
import { busyboxImages, tektonImages } from '../images/programImages';
import { stepImages } from '../images/stepImages';
import { testDatabase } from '../images/testDatabase';
import { removeUnfinished } from '../machine/cache';
import { demandMachine, installPackages } from '../machine/installPackages';
import { run } from '../machine/run';
import {
  BuiltPrograms,
  buildPrograms,
  keepModuleFolder,
} from '../programs/buildPrograms';
import {
  BUILDKIT,
  KUBERNETES,
  KWOK,
  METRICS_SERVER,
  SYFT,
  TEKTON,
  TRIVY,
} from '../programs/programSets';

/** All that a cluster is made of, in the cache. */
export type Prepared = {
  kubernetes: BuiltPrograms;
  metricsServer: BuiltPrograms;
  tekton: { version: string; manifests: string };
  images: {
    busybox: CachedImage;
    pause: CachedImage;
    tekton: Record<string, CachedImage>;
    steps: Record<string, CachedImage>;
    /** Not an image: what Trivy downloads as one. */
    vulnerabilityDatabase: CachedImage;
  };
};

/** Installs and builds what this machine lacks to run a cluster; nothing is started. */
export async function prepare(): Promise<Prepared> {
  demandMachine();
  await installPackages();
  await removeUnfinished(new Date());
  const kubernetes = await buildPrograms(KUBERNETES);
  const metricsServer = await buildPrograms(METRICS_SERVER);
  const tekton = await buildPrograms(TEKTON);
  const buildkit = await buildPrograms(BUILDKIT);
  const syft = await buildPrograms(SYFT);
  const trivy = await buildPrograms(TRIVY);
  const manifests = await keepModuleFolder(TEKTON, tekton, 'config');
  return {
    kubernetes,
    metricsServer,
    tekton: { version: tekton.version, manifests },
    images: {
      ...(await busyboxImages(busyboxVersion)),
      tekton: await tektonImages(tekton),
      steps: await stepImages({ buildkit, syft, trivy }),
      vulnerabilityDatabase: await testDatabase(trivy.version),
    },
  };
}

/** What plays nodes: the program, and the folder with the lives that it plays. */
export type PreparedKwok = { program: string; stages: string };

/** Builds what plays nodes; few clusters need it. */
export async function prepareKwok(): Promise<PreparedKwok> {
  const kwok = await buildPrograms(KWOK);
  return {
    program: kwok.paths.kwok,
    stages: await keepModuleFolder(KWOK, kwok, 'kustomize/stage'),
  };
}

async function busyboxVersion(): Promise<string> {
  return run('dpkg-query', [
    '--show',
    '--showformat=${Version}',
    'busybox-static',
  ]);
}
