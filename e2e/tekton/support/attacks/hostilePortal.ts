import { Cluster } from '../../../cluster/Cluster';
import { createRepository } from '../createRepository';
import { AttackedPortal } from './AttackedPortal';
import { HOSTILE_BRANCH, HOSTILE_FOLDER } from './inertBuilds';
import { HOSTILE_NAMES, INERT_VALUES } from './inertValues';
import { refusedComponents } from './refusedComponents';

/** Prints each build argument as it has got it, in an alphabet that says all of it. */
function printing(base: string): string {
  const names = INERT_VALUES.map((_, index) => `V${index}`);
  return [
    'FROM scratch AS null',
    'COPY Dockerfile /',
    'FROM scratch AS 0x7f',
    'COPY Dockerfile /',
    `FROM ${base}`,
    ...names.map(name => `ARG ${name}`),
    `RUN for n in ${names.join(' ')}; do eval "v=\\$$n"; \\`,
    '  echo "argument $n $(printf %s "$v" | base64 -w 0)"; done',
    '',
  ].join('\n');
}

const PLAIN = 'FROM scratch\nCOPY . /\n';

/** A portal whose catalog and repository are full of what should do nothing. */
export async function hostilePortal(cluster: Cluster): Promise<AttackedPortal> {
  const portal = await AttackedPortal.create(cluster);
  try {
    const { repository, places } = portal;
    const { busybox } = cluster.local.images;
    const files = {
      Dockerfile: printing(busybox),
      [`${HOSTILE_FOLDER}/Dockerfile`]: printing(busybox),
      ...Object.fromEntries(
        HOSTILE_NAMES.map(name => [`${name}/${name}`, PLAIN]),
      ),
    };
    await repository.commit(files);
    await repository.commit(files, { branch: HOSTILE_BRANCH });
    const victim = await createRepository(
      cluster.local.git,
      `attacks/victim-${process.pid}`,
      { Dockerfile: PLAIN },
    );

    portal.add('plain');
    portal.add('hostile-folder', {
      source: `url:${repository.url}/tree/main/${encodeURIComponent(
        HOSTILE_FOLDER,
      )}/`,
    });
    portal.add('hostile-metadata', {
      labels: {
        'image-factory.io/tenant': 'payments',
        'image-factory.io/instance': 'other',
        'tekton.dev/pipelineRun': 'other',
      },
      annotations: {
        'image-factory.io/namespace': portal.victim.name,
        'image-factory.io/service-account': 'default',
        'image-factory.io/pull-secret': 'registry-login',
        'image-factory.io/volumes': '[{"hostPath": {"path": "/"}}]',
        'tekton.dev/pod-template': '{"hostNetwork": true}',
        'container.apparmor.security.beta.kubernetes.io/step-build-image':
          'unconfined',
      },
      spec: {
        namespace: portal.victim.name,
        serviceAccountName: 'default',
        podTemplate: { hostPID: true },
      },
    });
    for (const [name, { component }] of Object.entries(
      refusedComponents(places),
    )) {
      portal.add(name, component);
    }
    portal.addFromElsewhere('from-elsewhere', {
      source: `url:${victim.url}/tree/main/`,
    });
    await portal.start();
    return portal;
  } catch (error) {
    await portal.dispose();
    throw error;
  }
}
