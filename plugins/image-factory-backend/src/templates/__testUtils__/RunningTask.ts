import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Param, PipelineRun, PipelineTask, Step } from '../pipeline';
import { asKubelet } from './asKubelet';

/** How a step ended. */
export type StepEnd = { exitCode: number; log: string };

const FOLDER = '/image-factory';

/**
 * Of a container: starts the step as Tekton does, and says whether anything goes
 * on when that is over. What was ended stays to be seen until somebody asks for it.
 */
const FIRST_PROCESS = `
"$0" "$@"
status="$?"
goes_on() {
  for process in /proc/[0-9]*/status; do
    while read -r key value rest; do
      case "$process $key $value" in
        /proc/1/* | *' State: Z' | *' State: X') ;;
        *' State: '*) return 0 ;;
      esac
    done <"$process"
  done 2>/dev/null
  return 1
}
tries=0
while goes_on && [ "$tries" -lt 20 ]; do
  sleep 0.1
  tries="$((tries + 1))"
done
if goes_on; then echo 'Something goes on'; fi
exit "$status"
`;

/**
 * A task of a run, the first unless told otherwise, whose steps run as processes of this machine: with
 * the values in their places as Tekton and the kubelet put them there, and the
 * volumes of the pod in one folder.
 */
export class RunningTask {
  readonly #run: PipelineRun;
  readonly #folder: string;
  readonly #workspaces: Record<string, string>;
  readonly #task: PipelineTask;
  readonly #results: Record<string, string>;

  constructor(options: {
    run: PipelineRun;
    folder: string;
    /** By its name. */
    task?: string;
    /** Of the tasks before it, as `<task>.<result>`. */
    results?: Record<string, string>;
    /** Folders with the keys of the Secrets, by workspace. */
    workspaces?: Record<string, string>;
  }) {
    this.#run = options.run;
    this.#folder = options.folder;
    this.#workspaces = options.workspaces ?? {};
    this.#results = options.results ?? {};
    const { tasks } = options.run.spec.pipelineSpec;
    const task = options.task
      ? tasks.find(({ name }) => name === options.task)
      : tasks[0];
    if (!task) throw new Error(`No task ${options.task}`);
    this.#task = task;
    for (const { name } of this.#taskSpec.volumes ?? []) {
      mkdirSync(join(this.#folder, name), { recursive: true });
    }
    if (this.#taskSpec.volumes?.some(({ name }) => name === 'lock')) {
      // What the first step leaves there for those that are run without it.
      writeFileSync(join(this.#folder, 'lock/build-image'), '');
    }
    mkdirSync(join(this.#folder, 'results'), { recursive: true });
    mkdirSync(join(this.#folder, 'tmp'), { recursive: true });
  }

  /** Where a volume of the pod is. */
  volume(name: string): string {
    return join(this.#folder, name);
  }

  /**
   * Runs a step to its end.
   *
   * @param options - `container` has it see its own processes alone, with Tekton's program as in its pods or without
   */
  async run(
    name: string,
    options: { container?: 'tekton' | 'other' } = {},
  ): Promise<StepEnd> {
    const step = this.#taskSpec.steps.find(each => each.name === name);
    if (!step?.script) throw new Error(`No step ${name} with a script`);
    const script = join(this.#folder, `${name}.sh`);
    writeFileSync(script, step.script, { mode: 0o700 });
    const container = options.container
      ? [
          ...['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
          ...['sh', '-c', FIRST_PROCESS],
        ]
      : [];
    const [program, ...args] = [
      ...container,
      script,
      ...this.#args(step).map(word => asKubelet(word)),
    ];
    const child = spawn(program, args, {
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
        // Any file does for Tekton's program.
        ...(options.container === 'tekton' ? { ENTRYPOINT: script } : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
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
    return this.#task.taskSpec;
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

  /** As it is given to the task, or as Tekton hands it down from the run. */
  #param(name: string): Param['value'] {
    const given = this.#task.params?.find(each => each.name === name)?.value;
    if (given === undefined) return this.#runParam(name);
    if (!Array.isArray(given)) return String(this.#settle(given));
    return given.flatMap(item => this.#settle(item));
  }

  /** A value that the pipeline makes of its own parameters and of what tasks have said. */
  #settle(value: string): Param['value'] {
    const [, list] = /^\$\(params\.([\w-]+)\[\*\]\)$/.exec(value) ?? [];
    if (list) return this.#runParam(list);
    return value
      .replace(/\$\(params\.([\w-]+)\)/g, (_, name) =>
        String(this.#runParam(name)),
      )
      .replace(
        /\$\(tasks\.([\w-]+)\.results\.([\w-]+)\)/g,
        (_, task, result) => {
          const said = this.#results[`${task}.${result}`];
          if (said === undefined) throw new Error(`No result ${result}`);
          return said;
        },
      );
  }

  #runParam(name: string): Param['value'] {
    const { params, pipelineSpec } = this.#run.spec;
    const given = params.find(each => each.name === name)?.value;
    const declared = pipelineSpec.params?.find(each => each.name === name);
    const value = given ?? declared?.default;
    if (value === undefined) throw new Error(`No value for ${name}`);
    return value;
  }
}
