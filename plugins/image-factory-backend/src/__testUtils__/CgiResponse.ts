import { ServerResponse } from 'node:http';

const END_OF_HEAD = '\r\n\r\n';

/** Makes an HTTP response of what a CGI program prints. */
export class CgiResponse {
  readonly #response: ServerResponse;
  #head: Buffer | undefined = Buffer.alloc(0);

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  write(chunk: Buffer): void {
    if (this.#head === undefined) {
      this.#response.write(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const body = this.#head.subarray(end + END_OF_HEAD.length);
    this.#writeHead(this.#head.subarray(0, end).toString());
    this.#head = undefined;
    this.#response.write(body);
  }

  end(): void {
    if (this.#head !== undefined) {
      this.#response.writeHead(500);
    }
    this.#response.end();
  }

  #writeHead(head: string): void {
    let status = 200;
    for (const line of head.split('\r\n')) {
      const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
      if (name?.toLowerCase() === 'status') {
        status = Number.parseInt(value, 10);
      } else if (name) {
        this.#response.setHeader(name, value);
      }
    }
    this.#response.writeHead(status);
  }
}
