/** How to get each tool, by system. */
const HINTS: Record<string, string> = {
  docker:
    'Debian/Ubuntu: rather apt-get install buildah, since docker.io of the distribution is often older than 25 · Fedora: dnf install moby-engine · macOS: install Docker Desktop or "brew install --cask docker"',
  podman:
    'Debian/Ubuntu: apt-get install buildah, or podman · Fedora: dnf install podman · macOS: brew install podman, then podman machine init and podman machine start',
  git: 'Debian/Ubuntu: apt-get install git · Fedora: dnf install git · macOS: xcode-select --install',
  buildah:
    'Debian/Ubuntu: apt-get install buildah · Fedora: dnf install buildah · macOS: not available; use docker or podman',
  buildctl:
    'Linux: buildkitd and buildctl of a release of github.com/moby/buildkit · macOS: "brew install buildkit" brings buildctl alone; its daemon runs in a Linux machine that BUILDKIT_HOST names',
  syft: 'Linux: a release of github.com/anchore/syft · macOS: brew install syft',
  trivy:
    'Debian/Ubuntu and Fedora: the package repositories that trivy.dev names · macOS: brew install trivy',
};

/** How to get a tool. */
export function installHint(name: string): string {
  return HINTS[name] ?? `Install ${name} and put it on the PATH of the portal`;
}

/** Which of these tools is the least trouble to get. */
export function recommendedTool(names: string[]): string {
  return names.find(name => name === 'buildah') ?? names[0];
}
