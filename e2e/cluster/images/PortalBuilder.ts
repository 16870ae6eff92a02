import { copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists } from '../machine/cache';
import { Buildah } from './Buildah';
import { CachedImage } from './imageCache';
import { baseImage, debianRelease } from './stepImages';

const DEBIAN = 'localhost/debian:base';
const BASE = 'localhost/node:base';
const DEPENDENCIES = 'localhost/portal:dependencies';
const BUILT = 'localhost/portal:built';

/** Of the Dockerfile of the portal. */
const STAGE = 'dependencies';

/** Node as its own images have it: in /usr/local, with its headers. */
const BASE_DOCKERFILE = `FROM ${DEBIAN}
COPY node /usr/local/bin/node
COPY include /usr/local/include
`;

/** Without the compilers that it took to make it. */
const KEPT_DOCKERFILE = `FROM scratch
COPY --from=${DEPENDENCIES} /app /app
`;

/** The authorities that this machine trusts, which may be more than Debian's. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Builds the stages of the portal's Dockerfile from what this machine has. */
export class PortalBuilder {
  readonly #buildah: Buildah;
  readonly #options: { dockerfile: string; context: string; layout: string };
  /** Of its own. */
  readonly #folder: string;

  static async open(options: {
    dockerfile: string;
    context: string;
    /** Where the image goes. */
    layout: string;
  }): Promise<PortalBuilder> {
    const builder = new PortalBuilder(await Buildah.open(), options);
    try {
      await builder.#buildBase();
    } catch (error) {
      await builder.close();
      throw error;
    }
    return builder;
  }

  private constructor(
    buildah: Buildah,
    options: { dockerfile: string; context: string; layout: string },
  ) {
    this.#buildah = buildah;
    this.#options = options;
    this.#folder = `${options.layout}.context`;
  }

  /** Keeps of the first stage what the second one takes from it. */
  async buildDependencies(): Promise<void> {
    await this.#build({ image: DEPENDENCIES, target: STAGE });
    const context = join(this.#folder, 'kept');
    await mkdir(context);
    await writeFile(join(context, 'Dockerfile'), KEPT_DOCKERFILE);
    await this.#buildah.build({ context, image: BUILT });
    await this.#buildah.export(BUILT, this.#options.layout);
  }

  /** Builds the rest. */
  async buildPortal(dependencies: CachedImage): Promise<void> {
    await this.#buildah.import(dependencies.layout, DEPENDENCIES);
    await this.#build({ image: BUILT, stages: { [STAGE]: DEPENDENCIES } });
    await this.#buildah.export(BUILT, this.#options.layout);
  }

  async close(): Promise<void> {
    await this.#buildah.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #buildBase(): Promise<void> {
    const debian = await baseImage(await debianRelease());
    const context = join(this.#folder, 'base');
    const headers = join(dirname(dirname(process.execPath)), 'include');
    await mkdir(context, { recursive: true });
    await writeFile(join(context, 'Dockerfile'), BASE_DOCKERFILE);
    await copyFile(process.execPath, join(context, 'node'));
    if (await exists(headers)) {
      await cp(headers, join(context, 'include'), { recursive: true });
    } else {
      // Then they are fetched where something is compiled.
      await mkdir(join(context, 'include'));
    }
    await this.#buildah.import(debian.layout, DEBIAN);
    await this.#buildah.build({ context, image: BASE });
  }

  async #build(options: {
    image: string;
    target?: string;
    stages?: Record<string, string>;
  }): Promise<void> {
    const { dockerfile, context } = this.#options;
    const { caFile, settings } = await yarnSettings();
    const yarnrc = join(this.#folder, 'yarnrc.yml');
    await writeFile(yarnrc, settings, { mode: 0o600 });
    await this.#buildah.build({
      ...options,
      dockerfile,
      context,
      args: { BASE },
      secrets: { yarnrc },
      // Packages come from wherever this machine gets its own.
      volumes: ['/etc/apt', dirname(caFile)],
    });
  }
}

/** What Yarn is told where it runs for this repository, as its own settings file. */
async function yarnSettings(): Promise<{ caFile: string; settings: string }> {
  const { registrySettings } = await import(
    '../../../scripts/bootstrap/registry.mjs'
  );
  const { environment } = await registrySettings();
  const caFile = environment.YARN_HTTPS_CA_FILE_PATH ?? CERTIFICATES;
  const lines = Object.entries({
    ...environment,
    YARN_HTTPS_CA_FILE_PATH: caFile,
  }).map(([name, value]) => `${settingOf(name)}: ${JSON.stringify(value)}\n`);
  return { caFile, settings: lines.join('') };
}

/** The name of a setting in the file, such as `npmRegistryServer` of YARN_NPM_REGISTRY_SERVER. */
function settingOf(variable: string): string {
  return variable
    .replace(/^YARN_/, '')
    .toLowerCase()
    .replace(/_(.)/g, (_, letter) => letter.toUpperCase());
}
