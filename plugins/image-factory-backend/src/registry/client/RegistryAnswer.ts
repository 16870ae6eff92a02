import { Dispatcher } from 'undici';
import { explainConnection } from './explainConnection';
import { plainLine } from './plainLine';

const MAX_COMPLAINT_BYTES = 16 * 1024;
const MAX_DISCARDED_BYTES = 64 * 1024;

/** What a registry says of its refusal. */
export type RegistryComplaint = { code?: string; message?: string };

/** The answer to a request. Read its body in one way or the other: an unread one holds its connection. */
export class RegistryAnswer {
  readonly status: number;
  readonly #host: string;
  readonly #data: Dispatcher.ResponseData;

  constructor(host: string, data: Dispatcher.ResponseData) {
    this.status = data.statusCode;
    this.#host = host;
    this.#data = data;
  }

  /** The first header of that name, in lower case. */
  header(name: string): string | undefined {
    return [this.#data.headers[name] ?? []].flat()[0];
  }

  /** All headers of that name, as the one list that they are by the rules of HTTP. */
  list(name: string): string {
    return [this.#data.headers[name] ?? []].flat().join(', ');
  }

  async discard(): Promise<void> {
    await this.#data.body.dump({ limit: MAX_DISCARDED_BYTES });
  }

  /** The whole body, or undefined where it is longer than it may be; no more than that is taken from the network. */
  async bytes(maxBytes: number): Promise<Buffer | undefined> {
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of this.#data.body) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > maxBytes) {
          return undefined;
        }
      }
    } catch (error) {
      throw explainConnection(this.#host, error) ?? error;
    }
    return Buffer.concat(chunks);
  }

  /**
   * The first error in the form of the distribution specification. Of a body
   * that is too long, in another form or cut off, nothing is believed.
   *
   * @param hide - takes out what must not be seen, where a registry says it back
   */
  async complaint(hide: (text: string) => string): Promise<RegistryComplaint> {
    const read = (value: unknown) =>
      typeof value === 'string' && value.trim() !== ''
        ? plainLine(hide(value))
        : undefined;
    try {
      const bytes = await this.bytes(MAX_COMPLAINT_BYTES);
      const { errors } = JSON.parse(bytes?.toString('utf8') ?? '');
      const [first] = errors;
      return {
        code: read(first.code),
        message: read(first.message),
      };
    } catch {
      return {};
    }
  }
}
