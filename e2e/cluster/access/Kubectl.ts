import { Ended, run, RunOptions, tryToRun } from '../machine/run';

/** kubectl with one kubeconfig. */
export class Kubectl {
  readonly #program: string;
  readonly #kubeconfig: string;

  static create(options: { program: string; kubeconfig: string }): Kubectl {
    return new Kubectl(options.program, options.kubeconfig);
  }

  private constructor(program: string, kubeconfig: string) {
    this.#program = program;
    this.#kubeconfig = kubeconfig;
  }

  /** Gives what kubectl prints; a failure is an error with its words. */
  async run(args: string[], options: RunOptions = {}): Promise<string> {
    return run(this.#program, this.#withConfig(args), options);
  }

  /** Gives how kubectl has ended. */
  async try(args: string[], options: RunOptions = {}): Promise<Ended> {
    return tryToRun(this.#program, this.#withConfig(args), options);
  }

  /** Reads objects as they are in the API. */
  async get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run(['get', ...args, '--output=json']));
  }

  /** Applies manifests, YAML or JSON; what they leave out of objects that are there stays. */
  async apply(manifests: string): Promise<void> {
    await this.run(
      ['apply', '--server-side', '--force-conflicts', '--filename=-'],
      { input: manifests },
    );
  }

  #withConfig(args: string[]): string[] {
    return ['--kubeconfig', this.#kubeconfig, ...args];
  }
}
