import { randomUUID, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, Server } from 'node:https';
import { AddressInfo } from 'node:net';
import { TestCertificates } from './TestCertificates';

const ISSUER = 'token server of a test';
const SERVICE = 'registry of a test';

export type TokenRequest = {
  authorization: string | undefined;
  query: Record<string, string>;
};

/**
 * Gives tokens that Debian's registry takes, by the token specification of the
 * distribution project: signed by the server's own key, whose certificate goes
 * along. Who knows the password may do all that they ask for; whoever else may
 * pull.
 */
export class TokenServer {
  readonly host: string;
  readonly requests: TokenRequest[] = [];
  /** How long a token is said to be valid. */
  expiresInSeconds = 300;
  readonly #server: Server;
  readonly #certificates: TestCertificates;
  readonly #authorization: string;

  static async start(options: {
    certificates: TestCertificates;
    username: string;
    password: string;
  }): Promise<TokenServer> {
    const { certificates, username, password } = options;
    const server = createServer({
      cert: certificates.certPem,
      key: certificates.keyPem,
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TokenServer(
      server,
      certificates,
      `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    );
  }

  private constructor(
    server: Server,
    certificates: TestCertificates,
    authorization: string,
  ) {
    this.#server = server;
    this.#certificates = certificates;
    this.#authorization = authorization;
    this.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'https://x');
      const query = Object.fromEntries(searchParams);
      const { authorization: given } = request.headers;
      this.requests.push({ authorization: given, query });
      if (given !== undefined && given !== this.#authorization) {
        response.writeHead(401).end(
          JSON.stringify({
            errors: [{ code: 'UNAUTHORIZED', message: 'wrong password' }],
          }),
        );
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          token: this.#issue(query.scope, given !== undefined),
          expires_in: this.expiresInSeconds,
        }),
      );
    });
  }

  /** Lines for the configuration of a registry that takes these tokens. */
  get registryConfig(): string[] {
    return [
      'auth:',
      '  token:',
      `    realm: https://${this.host}/token`,
      `    service: ${SERVICE}`,
      `    issuer: ${ISSUER}`,
      `    rootcertbundle: ${this.#certificates.caFile}`,
    ];
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #issue(scope: string, mayPush: boolean): string {
    const { certPem, keyPem } = this.#certificates;
    const [type, name, actions] = scope.split(':');
    const now = Math.floor(Date.now() / 1000);
    const content = [
      {
        typ: 'JWT',
        alg: 'ES256',
        x5c: [new X509Certificate(certPem).raw.toString('base64')],
      },
      {
        iss: ISSUER,
        aud: SERVICE,
        sub: 'somebody',
        jti: randomUUID(),
        iat: now,
        nbf: now - 60,
        exp: now + 300,
        access: [
          { type, name, actions: mayPush ? actions.split(',') : ['pull'] },
        ],
      },
    ]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(content), {
      key: keyPem,
      dsaEncoding: 'ieee-p1363',
    });
    return `${content}.${signature.toString('base64url')}`;
  }
}
