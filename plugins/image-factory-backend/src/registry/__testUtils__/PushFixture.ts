import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RegistryServer } from '../../__testUtils__/RegistryServer';
import { RegistryError } from '../client/RegistryError';
import { ImagePusher, PushEvent } from '../ImagePusher';
import { OciDescriptor, OciImage } from '../ociTypes';
import { readOciLayout } from '../readOciLayout';
import { RegistryAccessOptions } from '../RegistryAccess';
import { RegistrySettings } from '../RegistrySettings';
import { LayoutBuilder } from './layoutBuilder';

const run = promisify(execFile);

export type Layout = { layout: string; image: OciImage };

/** What came of a push. */
export type Pushed = {
  events: PushEvent[];
  /** How long it waited before each further try. */
  delays: number[];
  error: RegistryError | undefined;
};

/** A folder with layouts to push, and pushers that wait for nothing. */
export class PushFixture {
  readonly directory: string;
  #layouts = 0;

  static async create(): Promise<PushFixture> {
    return new PushFixture(await mkdtemp(join(tmpdir(), 'push-')));
  }

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** A layout with one image, or with what is made of it. */
  async layout(
    make: (builder: LayoutBuilder) => Promise<OciDescriptor> = builder =>
      builder.addImage(),
  ): Promise<Layout> {
    this.#layouts += 1;
    const layout = join(this.directory, `layout-${this.#layouts}`);
    const builder = await LayoutBuilder.create(layout);
    await builder.writeIndex([await make(builder)]);
    const { signal } = new AbortController();
    return { layout, image: await readOciLayout(layout, signal) };
  }

  async push(
    options: Layout & {
      registry: RegistrySettings;
      repository: string;
      tags?: string[];
      signal?: AbortSignal;
      pusher?: Partial<RegistryAccessOptions>;
    },
  ): Promise<Pushed> {
    const { registry, repository, tags = ['1'], layout, image } = options;
    const events: PushEvent[] = [];
    const delays: number[] = [];
    const pusher = ImagePusher.create({
      registries: [registry],
      environment: {},
      now: () => new Date(),
      random: () => 0,
      delay: async milliseconds => {
        delays.push(milliseconds);
      },
      retries: { tries: 3, firstDelayMs: 1_000, maxDelayMs: 60_000 },
      ...options.pusher,
    });
    let error: RegistryError | undefined;
    try {
      await pusher.push({
        host: registry.host,
        repository,
        tags,
        layout,
        image,
        signal: options.signal ?? new AbortController().signal,
        onEvent: async event => {
          events.push(event);
        },
      });
    } catch (thrown) {
      error = thrown as RegistryError;
    }
    return { events, delays, error };
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** What skopeo, which shares no code with the portal, reads in a registry. */
export async function skopeoInspect(
  server: RegistryServer,
  reference: string,
  options: { login?: string; args?: string[] } = {},
): Promise<Record<string, unknown>> {
  const { stdout } = await run('skopeo', [
    'inspect',
    `--cert-dir=${server.certificateFolder}`,
    ...(options.login ? [`--creds=${options.login}`] : ['--no-creds']),
    ...(options.args ?? []),
    `docker://${server.host}/${reference}`,
  ]);
  return JSON.parse(stdout);
}
