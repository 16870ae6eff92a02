import { rm } from 'node:fs/promises';
import { Arguments, parseArguments } from './parseArguments';
import { ClusterDescription } from './ClusterDescription';
import { down } from './commands/down';
import { downKind, findKindImage, upKind } from './commands/kind';
import { prepare } from './commands/prepare';
import { status } from './commands/status';
import { upLocal } from './commands/up';
import { upGiven } from './commands/upGiven';
import { readState } from './local/ClusterState';
import { ClusterFolder } from './machine/ClusterFolder';
import { say } from './machine/say';
import { Problem } from './Problem';

async function main(argv: string[]): Promise<number> {
  const options = parseArguments(argv);
  const folder = ClusterFolder.create(options.dir);
  switch (options.command) {
    case 'up':
      tell(folder, await up(folder, options));
      return 0;
    case 'down':
      await downAny(folder);
      return 0;
    case 'prepare':
      await prepare();
      say('Everything that a cluster needs is in the cache');
      return 0;
    default:
      return (await status(folder)) ? 0 : 1;
  }
}

async function up(
  folder: ClusterFolder,
  options: Arguments,
): Promise<ClusterDescription> {
  const { installTekton, kwokNodes } = options;
  const isOurs = (await readState(folder)) !== undefined;
  const kubeconfig = process.env.KUBECONFIG;
  // `up` itself tells to set it to that.
  if (kubeconfig && kubeconfig !== folder.adminKubeconfig) {
    if (isOurs) {
      throw new Problem(
        `KUBECONFIG names a cluster, and ${folder.path} holds one of this machine's own`,
        'unset KUBECONFIG, or run `npm run cluster -- down` first',
      );
    }
    say(`Using the cluster of ${kubeconfig}, which KUBECONFIG names`);
    return upGiven(folder, { origin: 'given', kubeconfig, installTekton });
  }
  const image = isOurs ? undefined : await findKindImage();
  if (image) {
    say(`Using kind, with ${image}`);
    return upGiven(folder, {
      origin: 'kind',
      kubeconfig: await upKind(folder, image),
      installTekton,
    });
  }
  if (installTekton) {
    throw new Problem(
      "--install-tekton is for a cluster that is given; one of this machine's own has Tekton",
      'leave it out, or set KUBECONFIG',
    );
  }
  return upLocal(folder, { kwokNodes });
}

async function downAny(folder: ClusterFolder): Promise<void> {
  const description = await folder.readJson<ClusterDescription>(
    folder.description,
  );
  if (description === undefined || description.origin === 'local') {
    await down(folder);
    return;
  }
  if (description.origin === 'kind') await downKind(folder);
  const { dispatcherKubeconfig } = description;
  if (dispatcherKubeconfig) await rm(dispatcherKubeconfig, { force: true });
  await rm(folder.description);
  say(
    description.origin === 'kind'
      ? 'The cluster of kind is gone'
      : 'The cluster was given: it stays as it is',
  );
}

function tell(folder: ClusterFolder, description: ClusterDescription): void {
  say(`The cluster is up: ${folder.description} tells tests where`);
  say(`  export KUBECONFIG=${description.kubeconfig}`);
}

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    console.error(error instanceof Problem ? `\n${error.message}` : error);
    process.exitCode = 1;
  },
);
