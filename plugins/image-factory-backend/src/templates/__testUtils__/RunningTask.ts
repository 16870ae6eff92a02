import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Param, PipelineRun, Step } from '../pipeline';
import { asKubelet } from './asKubelet';

/** How a step ended. */
export type StepEnd = { exitCode: number; log: string };

const FOLDER = '/image-factory';

/**
 * The first task of a run, whose steps run as processes of this machine: with
 * the values in their places as Tekton and the kubelet put them there, and the
 * volumes of the pod in one folder.
 */
export class RunningTask {
  readonly #run: PipelineRun;
  readonly #folder: string;
  readonly #workspaces: Record<string, string>;

  constructor(options: {
    run: PipelineRun;
    folder: string;
    /** Folders with the keys of the Secrets, by workspace. */
    workspaces?: Record<string, string>;
  }) {
    this.#run = options.run;
    this.#folder = options.folder;
    this.#workspaces = options.workspaces ?? {};
    for (const { name } of this.#taskSpec.volumes ?? []) {
      mkdirSync(join(this.#folder, name), { recursive: true });
    }
    // What the first step leaves there for those that are run without it.
    writeFileSync(join(this.#folder, 'lock/build-image'), '');
    mkdirSync(join(this.#folder, 'results'), { recursive: true });
    mkdirSync(join(this.#folder, 'tmp'), { recursive: true });
  }

  /** Where a volume of the pod is. */
  volume(name: string): string {
    return join(this.#folder, name);
  }

  /** Runs a step to its end. */
  async run(name: string): Promise<StepEnd> {
    const step = this.#taskSpec.steps.find(each => each.name === name);
    if (!step?.script) throw new Error(`No step ${name} with a script`);
    const script = join(this.#folder, `${name}.sh`);
    writeFileSync(script, step.script, { mode: 0o700 });
    const child = spawn(
      script,
      this.#args(step).map(word => asKubelet(word)),
      {
        cwd: this.#folder,
        env: {
          PATH: process.env.PATH,
          TMPDIR: join(this.#folder, 'tmp'),
          ...Object.fromEntries(
            (step.env ?? []).map(each => [
              each.name,
              asKubelet(this.#replace(each.value ?? '', step)),
            ]),
          ),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let log = '';
    child.stdout.on('data', chunk => (log += chunk));
    child.stderr.on('data', chunk => (log += chunk));
    const [exitCode]: number[] = await once(child, 'close');
    return { exitCode, log };
  }

  /** What a step has said as a result. */
  result(name: string): string {
    return readFileSync(join(this.#folder, 'results', name), 'utf8');
  }

  get #taskSpec() {
    return this.#run.spec.pipelineSpec.tasks[0].taskSpec;
  }

  #args({ args = [] }: Step): string[] {
    return args.flatMap(word => {
      const [, name] = /^\$\(params\.([\w-]+)\[\*\]\)$/.exec(word) ?? [];
      return name ? this.#param(name) : [word];
    });
  }

  #replace(text: string, step: Step): string {
    return text
      .replace(/\$\(params\.([\w-]+)\)/g, (_, name) =>
        String(this.#param(name)),
      )
      .replace(
        /\$\(workspaces\.([\w-]+)\.path\)/g,
        (_, name) =>
          (step.workspaces?.some(each => each.name === name) &&
            this.#workspaces[name]) ||
          '',
      )
      .replace(/\$\(step\.results\.([\w-]+)\.path\)/g, (_, name) =>
        join(this.#folder, 'results', name),
      )
      .replace(FOLDER, this.#folder);
  }

  #param(name: string): Param['value'] {
    const { params, pipelineSpec } = this.#run.spec;
    const given = params.find(each => each.name === name)?.value;
    const declared = pipelineSpec.params?.find(each => each.name === name);
    const value = given ?? declared?.default;
    if (value === undefined) throw new Error(`No value for ${name}`);
    return value;
  }
}
