import { setTimeout as delay } from 'node:timers/promises';
import { Kubectl } from '../access/Kubectl';
import { Problem } from '../Problem';
import { TektonManifests } from './tektonManifests';

export const TEKTON_NAMESPACE = 'tekton-pipelines';

const DEPLOYMENTS = ['tekton-pipelines-controller', 'tekton-pipelines-webhook'];
const READY_SECONDS = 240;
const LOOK_EVERY_MS = 300;
const READ_KINDS = ['get', '--raw=/apis/tekton.dev/v1'];

/** Installs Tekton unless what is there is the same, and waits until it does its work. */
export async function installTekton(
  kubectl: Kubectl,
  manifests: TektonManifests,
): Promise<void> {
  await kubectl.apply(manifests.namespace);
  await kubectl.apply(manifests.definitions);
  await waitForDefinitions(kubectl);
  if (!(await isTektonReady(kubectl))) {
    // An earlier attempt may have left them, and nobody answers them yet.
    await kubectl.run(['delete', '--ignore-not-found', '--filename=-'], {
      input: manifests.webhooks,
    });
  }
  await kubectl.apply(manifests.rest);
  await kubectl.apply(manifests.webhooks);
  await waitForTekton(kubectl);
}

/** Tells whether both of Tekton's deployments are available. */
export async function isTektonReady(kubectl: Kubectl): Promise<boolean> {
  const states = await tektonDeployments(kubectl);
  return DEPLOYMENTS.every(name => states[name] === true);
}

/** Whether each of Tekton's deployments is available, by name. */
export async function tektonDeployments(
  kubectl: Kubectl,
): Promise<Record<string, boolean>> {
  const { code, stdout } = await kubectl.try([
    `--namespace=${TEKTON_NAMESPACE}`,
    'get',
    'deployments',
    '--output=json',
  ]);
  if (code !== 0) return {};
  const { items } = JSON.parse(stdout) as { items: Deployment[] };
  return Object.fromEntries(
    items.map(({ metadata, status }) => [
      metadata.name,
      Boolean(
        status?.conditions?.some(
          each => each.type === 'Available' && each.status === 'True',
        ),
      ),
    ]),
  );
}

/** The version that Tekton tells of itself, where it is installed. */
export async function tektonVersion(
  kubectl: Kubectl,
): Promise<string | undefined> {
  const { code, stdout } = await kubectl.try([
    `--namespace=${TEKTON_NAMESPACE}`,
    'get',
    'configmap',
    'pipelines-info',
    '--output=jsonpath={.data.version}',
  ]);
  return code === 0 ? stdout.trim() || undefined : undefined;
}

/** Waits until Tekton's kinds can be used. kubectl's own wait fails on a definition that has no condition at all yet. */
async function waitForDefinitions(kubectl: Kubectl): Promise<void> {
  const deadline = performance.now() + READY_SECONDS * 1000;
  let kinds = await kubectl.try(READ_KINDS);
  while (kinds.code !== 0 || !kinds.stdout.includes('"PipelineRun"')) {
    if (performance.now() > deadline) {
      throw new Problem(
        `The API server did not take Tekton's kinds within ${READY_SECONDS} s`,
        'run `npm run cluster -- down` and `up` again',
        kinds.stderr,
      );
    }
    await delay(LOOK_EVERY_MS);
    kinds = await kubectl.try(READ_KINDS);
  }
}

/** Waits until Tekton does its work. */
export async function waitForTekton(kubectl: Kubectl): Promise<void> {
  const inNamespace = `--namespace=${TEKTON_NAMESPACE}`;
  const waited = await kubectl.try([
    inNamespace,
    'wait',
    '--for=condition=Available',
    `--timeout=${READY_SECONDS}s`,
    ...DEPLOYMENTS.map(name => `deployment/${name}`),
  ]);
  if (waited.code === 0) return;
  const pods = await kubectl.try([inNamespace, 'get', 'pods', '-o', 'wide']);
  const events = await kubectl.try([
    inNamespace,
    'get',
    'events',
    '--sort-by=.lastTimestamp',
  ]);
  throw new Problem(
    `Tekton was not ready within ${READY_SECONDS} s`,
    'read its pods and events below; then run `npm run cluster -- down` and `up` again',
    [waited.stderr, pods.stdout, events.stdout].join('\n').slice(-4_000),
  );
}

type Deployment = {
  metadata: { name: string };
  status?: { conditions?: { type: string; status: string }[] };
};
