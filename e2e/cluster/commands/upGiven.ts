import { DISPATCHER, TENANT_NAMESPACE } from '../access/dispatcher';
import { Kubectl } from '../access/Kubectl';
import { ClusterDescription } from '../ClusterDescription';
import { ClusterFolder } from '../machine/ClusterFolder';
import { tryToRun } from '../machine/run';
import { say } from '../machine/say';
import { Problem } from '../Problem';
import {
  TEKTON_NAMESPACE,
  tektonVersion,
  waitForTekton,
} from '../tekton/installTekton';

const TOKEN_LIFETIME = '24h';

/** Takes a cluster that is there already; nothing on it is changed but what was asked for. */
export async function upGiven(
  folder: ClusterFolder,
  options: {
    origin: 'given' | 'kind';
    kubeconfig: string;
    /** A file or URL of Tekton's manifests, where it is to be installed. */
    installTekton?: string;
  },
): Promise<ClusterDescription> {
  const { kubeconfig, origin } = options;
  if ((await tryToRun('kubectl', ['version', '--client'])).code !== 0) {
    throw new Problem(
      'kubectl is not on the PATH',
      'install it (https://kubernetes.io/docs/tasks/tools), then run this again',
    );
  }
  const kubectl = Kubectl.create({ program: 'kubectl', kubeconfig });
  await kubectl.run(['get', '--raw=/readyz', '--request-timeout=15s'], {
    nextStep: `see that the cluster of ${kubeconfig} runs, or unset KUBECONFIG to have one of this machine's own`,
  });
  if (options.installTekton) {
    await kubectl.run([
      'apply',
      '--server-side',
      `--filename=${options.installTekton}`,
    ]);
    await waitForTekton(kubectl);
  }
  const version = await tektonVersion(kubectl);
  if (!version) {
    throw new Problem(
      `The cluster of ${kubeconfig} has no Tekton Pipelines`,
      'install it, or have it installed with --install-tekton <release.yaml> (a file, or a URL of https://github.com/tektoncd/pipeline/releases)',
    );
  }
  const description: ClusterDescription = {
    origin,
    kubeconfig,
    dispatcherKubeconfig: await dispatcherKubeconfig(folder, kubectl),
    tektonVersion: version,
    namespaces: {
      tekton: TEKTON_NAMESPACE,
      dispatcher: DISPATCHER.namespace,
      tenants: { 'group:default/guests': TENANT_NAMESPACE },
    },
    programs: { kubectl: 'kubectl' },
  };
  await folder.writeJson(folder.description, description);
  return description;
}

async function dispatcherKubeconfig(
  folder: ClusterFolder,
  kubectl: Kubectl,
): Promise<string | undefined> {
  const token = await kubectl.try([
    `--namespace=${DISPATCHER.namespace}`,
    'create',
    'token',
    DISPATCHER.name,
    `--duration=${TOKEN_LIFETIME}`,
  ]);
  if (token.code !== 0) {
    say(
      'The cluster lacks the account of the portal. Next step: `kubectl apply -k deploy/kubernetes/dispatcher` and `-k deploy/kubernetes/tenant`, then run this again',
    );
    return undefined;
  }
  const config = JSON.parse(
    await kubectl.run([
      ...['config', 'view', '--minify', '--flatten', '--raw'],
      '--output=json',
    ]),
  );
  config.users[0].user = { token: token.stdout.trim() };
  config.contexts[0].context.namespace = TENANT_NAMESPACE;
  return folder.writeJson(folder.of('dispatcher.kubeconfig'), config);
}
