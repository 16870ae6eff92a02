import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RenderInput, renderPipelineRun } from '../render';
import { bundledTemplate } from './bundledTemplate';
import { renderInput } from './renderInput';
import { RunningTask, StepEnd } from './RunningTask';

/**
 * In the places of Syft and Trivy, which are too large for every machine. What
 * they are given has to be an image that Skopeo can read.
 */
const PROGRAMS = {
  syft: `#!/bin/sh
set -eu
printf '%s\\n' "$*" >>NOTES/syft
architecture="$(skopeo inspect --config "oci:\${2#oci-dir:}" | jq --raw-output .architecture)"
for word in "$@"; do case "$word" in --output=spdx-json=*) file="\${word#--output=spdx-json=}" ;; esac; done
printf '{"spdxVersion":"SPDX-2.3","packages":[{"name":"for-%s"},{"name":"image","primaryPackagePurpose":"CONTAINER"}]}' "$architecture" >"$file"
`,
  trivy: `#!/bin/sh
set -eu
printf '%s\\n' "$*" >>NOTES/trivy
if [ "$1" = convert ]; then printf 'The table of %s\\n' "\${4##*/}"; exit; fi
[ ! -e NOTES/fails ] || { echo 'no database'; exit 3; }
cat "$DOCKER_CONFIG/config.json" >NOTES/login 2>/dev/null || :
cat "\${SSL_CERT_FILE:-/dev/null}" >NOTES/certificates
skopeo inspect --config "oci:\${2#--input=}" >/dev/null
cp "NOTES/report.json" "\${4#--output=}"
`,
};

/** A vulnerability as a report of Trivy tells of it. */
export type Found = {
  VulnerabilityID: string;
  Severity: string;
  FixedVersion?: string;
};

/** A build whose image is there, and of which the steps that come then are run. */
export class CheckedBuild {
  readonly task: RunningTask;
  readonly #folder = mkdtempSync(join(tmpdir(), 'checked-build-'));
  readonly #path = process.env.PATH;

  /** @param layout - what the step that builds has written; nothing is changed in it */
  constructor(
    layout: string,
    options: {
      checks?: RenderInput['checks'];
      image?: string;
      workspaces?: Record<string, string>;
    } = {},
  ) {
    const base = renderInput();
    const { image = base.image.repository } = options;
    const rendered = renderPipelineRun({
      ...base,
      template: bundledTemplate('docker'),
      image: { repository: image, tags: [], reference: `${image}:1` },
      stepImages: {
        ...base.stepImages,
        syft: base.stepImages.buildah,
        trivy: base.stepImages.buildah,
      },
      checks: options.checks ?? { sbom: true, scan: true },
    });
    if ('problems' in rendered) {
      throw new Error(JSON.stringify(rendered.problems));
    }
    mkdirSync(this.notes());
    this.find();
    const programs = join(this.#folder, 'programs');
    mkdirSync(programs);
    for (const [name, script] of Object.entries(PROGRAMS)) {
      const file = join(programs, name);
      writeFileSync(file, script.replaceAll('NOTES', this.notes()));
      chmodSync(file, 0o755);
    }
    process.env.PATH = `${programs}:${this.#path}`;
    this.task = new RunningTask({
      run: rendered.pipelineRun,
      folder: join(this.#folder, 'pod'),
      workspaces: options.workspaces,
    });
    cpSync(layout, this.layout(), { recursive: true });
  }

  /** Has Trivy find these. */
  find(...found: Found[]): void {
    writeFileSync(
      this.notes('report.json'),
      JSON.stringify({
        SchemaVersion: 2,
        Results: [{ Target: 'a' }, { Target: 'b', Vulnerabilities: found }],
      }),
    );
  }

  /** Runs steps one after another; gives the end of each. */
  async run(...steps: string[]): Promise<StepEnd[]> {
    const ends: StepEnd[] = [];
    for (const step of steps) ends.push(await this.task.run(step));
    return ends;
  }

  layout(...parts: string[]): string {
    return join(this.task.volume('layout'), 'image', ...parts);
  }

  checks(...parts: string[]): string {
    return join(this.task.volume('checks'), ...parts);
  }

  /** What the programs have written down. */
  notes(...parts: string[]): string {
    return join(this.#folder, 'notes', ...parts);
  }

  read(file: string): string {
    return readFileSync(file, 'utf8');
  }

  dispose(): void {
    process.env.PATH = this.#path;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The layout of an image for these platforms, as the step that builds leaves it. */
export async function buildLayout(
  folder: string,
  platforms: string[],
): Promise<string> {
  const rendered = renderPipelineRun({
    ...renderInput(),
    template: bundledTemplate('docker'),
    platforms,
  });
  if ('problems' in rendered) throw new Error(JSON.stringify(rendered));
  const task = new RunningTask({ run: rendered.pipelineRun, folder });
  const tree = join(task.volume('source'), 'tree');
  mkdirSync(tree);
  writeFileSync(join(tree, 'Dockerfile'), 'FROM scratch\nCOPY hello /\n');
  writeFileSync(join(tree, 'hello'), 'hello\n');
  const { exitCode, log } = await task.run('build-image');
  if (exitCode !== 0) throw new Error(log);
  return join(task.volume('layout'), 'image');
}
