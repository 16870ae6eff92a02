import type { KubeConfig } from '@kubernetes/client-node';
import { stat } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';

/** What a client needs to know: where the API server is, and who asks. */
export type ClusterLogin = Pick<
  KubeConfig,
  'getCurrentCluster' | 'applyToHTTPSOptions'
>;

/**
 * A kubeconfig file, read again where it has changed: whoever renews the token in
 * it need not start the portal anew, and no build that runs is lost.
 */
export class KubeConfigFile implements ClusterLogin {
  readonly #file: string;
  readonly #load: () => ClusterLogin;
  #config: ClusterLogin;
  #version: string | undefined;

  /** `load` reads the file, and throws where it is none. */
  static async open(options: {
    file: string;
    load(): ClusterLogin;
  }): Promise<KubeConfigFile> {
    const version = await versionOf(options.file);
    return new KubeConfigFile(options, version);
  }

  private constructor(
    options: { file: string; load(): ClusterLogin },
    version: string | undefined,
  ) {
    this.#file = options.file;
    this.#load = options.load;
    this.#config = options.load();
    this.#version = version;
  }

  getCurrentCluster() {
    return this.#config.getCurrentCluster();
  }

  async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
    await this.#readAgain();
    await this.#config.applyToHTTPSOptions(options);
  }

  async #readAgain(): Promise<void> {
    const version = await versionOf(this.#file);
    if (version === undefined || version === this.#version) return;
    try {
      this.#config = this.#load();
      this.#version = version;
    } catch {
      // It is being written, or was written wrongly: what was good before may be so still.
    }
  }
}

/** Undefined where there is no such file now. */
async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${ino}/${mtimeMs}/${size}`;
  } catch {
    return undefined;
  }
}
