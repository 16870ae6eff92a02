/** An answer of the API that is none of success. */
export class PortalError extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`${status}: ${text}`);
    this.status = status;
  }
}

/** The API of the plugin at a portal, asked as its guest. */
export class PortalApi {
  readonly url: string;
  #token: string | undefined;

  /** @param url - of the portal */
  constructor(url: string) {
    this.url = url;
  }

  /** With a body it is a POST. An empty answer is undefined. */
  async ask<T>(path: string, body?: object): Promise<T> {
    await this.token();
    let response = await this.#fetch(path, body);
    if (response.status === 401) {
      // It holds for an hour by the portal's clock.
      this.#token = await this.#signIn();
      response = await this.#fetch(path, body);
    }
    if (!response.ok) {
      throw new PortalError(response.status, await response.text());
    }
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Of the guest, who signs in for it the first time. */
  async token(): Promise<string> {
    this.#token ??= await this.#signIn();
    return this.#token;
  }

  #fetch(path: string, body: object | undefined): Promise<Response> {
    return fetch(`${this.url}/api/image-factory${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        Authorization: `Bearer ${this.#token}`,
        'Content-Type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
  }

  async #signIn(): Promise<string> {
    const response = await fetch(`${this.url}/api/auth/guest/refresh`, {
      method: 'POST',
      headers: { 'X-Requested-With': 'XMLHttpRequest' },
    });
    if (!response.ok) {
      throw new PortalError(response.status, await response.text());
    }
    const { backstageIdentity } = await response.json();
    return backstageIdentity.token;
  }
}
