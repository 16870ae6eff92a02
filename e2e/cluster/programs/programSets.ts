import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../Problem';

/** Programs that are built together, from one Go module whose version and sums are committed. */
export type ProgramSet = {
  /** Of the folder here with `go.mod` and `go.sum`. */
  name:
    | 'kubernetes'
    | 'metrics-server'
    | 'tekton'
    | 'kwok'
    | 'buildkit'
    | 'syft'
    | 'trivy';
  /** The module that they are programs of. */
  module: string;
  programs: readonly string[];
  /** Flags of the linker that tell a program its version. */
  versionFlags(version: string): string[];
  /** What the compiler is told beside. */
  environment?: Record<string, string>;
  /** Where the image that its makers publish has the programs; `/usr/bin/` unless told otherwise. */
  imageFolder?: string;
};

export const KUBERNETES: ProgramSet = {
  name: 'kubernetes',
  module: 'k8s.io/kubernetes',
  // The longest first: what comes after shares most of what it has compiled.
  programs: [
    'kube-apiserver',
    'kube-controller-manager',
    'kube-scheduler',
    'kubelet',
    'kube-proxy',
    'kubectl',
  ],
  // Tekton refuses an API server that does not know its version.
  versionFlags(version) {
    const [major, minor] = version.slice(1).split('.');
    return Object.entries({
      gitVersion: version,
      gitMajor: major,
      gitMinor: minor,
    }).map(
      ([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`,
    );
  },
};

/** It is built with libraries older than those of Kubernetes: with these it does not start. */
export const METRICS_SERVER: ProgramSet = {
  name: 'metrics-server',
  module: 'sigs.k8s.io/metrics-server',
  programs: ['metrics-server'],
  versionFlags: () => [],
};

export const TEKTON: ProgramSet = {
  name: 'tekton',
  module: 'github.com/tektoncd/pipeline',
  programs: [
    'controller',
    'webhook',
    'entrypoint',
    'nop',
    'workingdirinit',
    'sidecarlogresults',
  ],
  versionFlags: () => [],
};

export const KWOK: ProgramSet = {
  name: 'kwok',
  module: 'sigs.k8s.io/kwok',
  programs: ['kwok'],
  versionFlags: version => [
    `-X sigs.k8s.io/kwok/pkg/consts.Version=${version}`,
  ],
};

/** Not of the cluster itself: of the step image of that name. */
export const BUILDKIT: ProgramSet = {
  name: 'buildkit',
  module: 'github.com/moby/buildkit',
  programs: ['buildctl', 'buildkitd'],
  versionFlags: version => [
    `-X github.com/moby/buildkit/version.Version=${version}`,
  ],
};

/** Of the step image that writes SBOMs. */
export const SYFT: ProgramSet = {
  name: 'syft',
  module: 'github.com/anchore/syft',
  programs: ['syft'],
  versionFlags: version => [`-X main.version=${version.slice(1)}`],
  imageFolder: '/',
};

/** Of the step image that scans images, and the module of what writes a database for it. */
export const TRIVY: ProgramSet = {
  name: 'trivy',
  module: 'github.com/aquasecurity/trivy',
  programs: ['trivy'],
  versionFlags: version => [
    `-X github.com/aquasecurity/trivy/pkg/version/app.ver=${version.slice(1)}`,
  ],
  environment: { GOEXPERIMENT: 'jsonv2' },
  imageFolder: '/usr/local/bin/',
};

/** The folder of the Go module that pins a set. */
export function moduleFolder(set: ProgramSet): string {
  return join(__dirname, set.name);
}

/** The version that a set is pinned to, such as `v1.35.4`. */
export async function pinnedVersion(set: ProgramSet): Promise<string> {
  const file = join(moduleFolder(set), 'go.mod');
  return findVersion(await readFile(file, 'utf8'), set.module, file);
}

/** The version that the text of a `go.mod` requires of a module. */
export function findVersion(
  text: string,
  module: string,
  file = 'go.mod',
): string {
  const line = text
    .split('\n')
    .map(each =>
      each
        .replace(/^require\s+/, '')
        .trim()
        .split(/\s+/),
    )
    .find(([path, version]) => path === module && version?.startsWith('v'));
  if (!line) {
    throw new Problem(
      `${file} requires no version of ${module}`,
      'restore the file from the repository',
    );
  }
  return line[1];
}
