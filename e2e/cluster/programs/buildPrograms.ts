import { chmod, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../Problem';
import { cacheFolder, exists, makeOnce } from '../machine/cache';
import { run, tryToRun } from '../machine/run';
import { say, timed } from '../machine/say';
import { goEnvironment } from './goEnvironment';
import { moduleFolder, pinnedVersion, ProgramSet } from './programSets';

const PLATFORM = `${process.platform}-${process.arch}`;

/** Programs that stand ready in the cache. */
export type BuiltPrograms = {
  version: string;
  /** The folder of the cache that they stand in. */
  folder: string;
  /** Paths by name. */
  paths: Record<string, string>;
  /** Where the image that their makers publish has them. */
  imageFolder: string;
};

/** Builds the programs of a set that the cache does not have yet. */
export async function buildPrograms(set: ProgramSet): Promise<BuiltPrograms> {
  const version = await pinnedVersion(set);
  const folder = join(cacheFolder(), `${set.name}-${version}-${PLATFORM}`);
  const paths = Object.fromEntries(
    set.programs.map(name => [name, join(folder, name)]),
  );
  for (const name of set.programs) {
    if (!(await exists(paths[name]))) {
      await demandGo();
      say(`Building ${name} ${version}`);
      await timed(`Built ${name} ${version}`, () =>
        makeOnce(paths[name], path => build(set, name, version, path)),
      );
    }
  }
  const { imageFolder = '/usr/bin/' } = set;
  return { version, folder, paths, imageFolder };
}

/** Keeps a folder of a set's module, such as the manifests that belong to its programs. */
export async function keepModuleFolder(
  set: ProgramSet,
  programs: BuiltPrograms,
  name: string,
): Promise<string> {
  const path = join(programs.folder, 'module', name);
  await makeOnce(path, async unfinished => {
    await demandGo();
    await run('go', ['mod', 'download', set.module], {
      cwd: moduleFolder(set),
      env: goEnvironment(),
    });
    const folder = await run(
      'go',
      ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', set.module],
      { cwd: moduleFolder(set), env: goEnvironment() },
    );
    await cp(join(folder.trim(), name), unfinished, { recursive: true });
    // Go's own cache is read-only, which would forbid to remove ours.
    await run('chmod', ['-R', 'u+w', unfinished]);
  });
  return path;
}

/** Runs a program of our own that stands in the module of a set, with the versions that the set is pinned to. */
export async function runOwnProgram(
  set: ProgramSet,
  name: string,
  args: string[],
): Promise<void> {
  await demandGo();
  await run('go', ['run', '-mod=readonly', '-trimpath', `./${name}`, ...args], {
    cwd: moduleFolder(set),
    env: compilerEnvironment(set),
  });
}

async function build(
  set: ProgramSet,
  name: string,
  version: string,
  path: string,
): Promise<void> {
  const flags = ['-s', '-w', ...set.versionFlags(version)].join(' ');
  // Whoever works on the machine meanwhile comes first.
  await run(
    'nice',
    [
      ...['-n', '15', 'go', 'build', '-mod=readonly', '-trimpath'],
      ...[`-ldflags=${flags}`, '-o', path, `${set.module}/cmd/${name}`],
    ],
    {
      cwd: moduleFolder(set),
      env: compilerEnvironment(set),
      nextStep:
        'see that the Go module proxy can be reached (`go env GOPROXY`), then run this again: what was built is kept',
    },
  );
  await chmod(path, 0o755);
}

function compilerEnvironment(set: ProgramSet): Record<string, string> {
  return {
    ...goEnvironment(),
    CGO_ENABLED: '0',
    GOFLAGS: '-buildvcs=false',
    ...set.environment,
  };
}

async function demandGo(): Promise<void> {
  if (
    (await tryToRun('go', ['version'], { env: goEnvironment() })).code !== 0
  ) {
    throw new Problem(
      "Kubernetes' and Tekton's programs are built from source, and Go is neither on the PATH nor in /usr/local/go/bin",
      'install Go 1.26 or newer from https://go.dev/dl, or set KUBECONFIG to a cluster that has Tekton; then run this again',
    );
  }
}
