import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SYFT = `#!/bin/sh
set -eu
if [ "$1" = --version ]; then echo 'syft 1.57.0'; exit; fi
printf '%s\\n' "$*" >>NOTES/syft
[ ! -e NOTES/syft-fails ] || { echo 'panic: no memory'; exit 2; }
skopeo inspect --config "oci:\${2#oci-dir:}" >/dev/null
for word in "$@"; do case "$word" in --output=spdx-json=*) file="\${word#--output=spdx-json=}" ;; esac; done
printf '{"spdxVersion":"SPDX-2.3","name":"%s","packages":[{"name":"busybox"},{"name":"image","primaryPackagePurpose":"CONTAINER"}]}' "$2" >"$file"
`;

const TRIVY = `#!/bin/sh
set -eu
if [ "$1" = --version ]; then echo 'Version: 0.74.0'; exit; fi
printf '%s\\n' "$*" >>NOTES/trivy
shift
if [ "$1" = convert ]; then printf 'The table of %s\\n' "$3"; exit; fi
[ ! -e NOTES/trivy-fails ] || { echo 'FATAL Fatal error: no database'; exit 1; }
cat "$DOCKER_CONFIG/config.json" >NOTES/login
printf '%s' "\${SSL_CERT_DIR:-}" >NOTES/certificates
skopeo inspect --config "oci:\${2#--input=}" >/dev/null
cp NOTES/report.json "\${4#--output=}"
`;

/** A vulnerability as a report of Trivy tells of it. */
export type Found = {
  VulnerabilityID: string;
  Severity: string;
  FixedVersion?: string;
};

/**
 * Programs in the places of Syft and Trivy, which are too large for every
 * machine. What they are given has to be an image that Skopeo can read.
 */
export class CheckStandIns {
  readonly toolPaths: Record<string, string>;
  readonly #notes: string;

  static async create(folder: string): Promise<CheckStandIns> {
    const notes = join(folder, 'notes');
    await mkdir(notes, { recursive: true });
    const toolPaths: Record<string, string> = {};
    for (const [name, script] of Object.entries({ syft: SYFT, trivy: TRIVY })) {
      toolPaths[name] = join(folder, name);
      await writeFile(toolPaths[name], script.replaceAll('NOTES', notes), {
        mode: 0o755,
      });
    }
    const standIns = new CheckStandIns(toolPaths, notes);
    await standIns.reset();
    return standIns;
  }

  private constructor(toolPaths: Record<string, string>, notes: string) {
    this.toolPaths = toolPaths;
    this.#notes = notes;
  }

  /** Forgets what was run, and finds nothing in any image. */
  async reset(): Promise<void> {
    await rm(this.#notes, { recursive: true, force: true });
    await mkdir(this.#notes);
    await this.find();
  }

  /** What the scan of every image finds from now on, in one package. */
  async find(...found: Found[]): Promise<void> {
    await this.write(
      JSON.stringify({
        SchemaVersion: 2,
        Results: [
          {
            Class: 'os-pkgs',
            Vulnerabilities: found.map(each => ({
              PkgName: 'openssl',
              InstalledVersion: '3.0.1',
              ...each,
            })),
          },
        ],
      }),
    );
  }

  /** The text of the report of every scan. */
  async write(report: string): Promise<void> {
    await writeFile(join(this.#notes, 'report.json'), report);
  }

  async fail(program: 'syft' | 'trivy'): Promise<void> {
    await writeFile(join(this.#notes, `${program}-fails`), '');
  }

  /** What was noted under a name; `syft` and `trivy` are their command lines. */
  async note(name: string): Promise<string> {
    return readFile(join(this.#notes, name), 'utf8').catch(() => '');
  }
}
