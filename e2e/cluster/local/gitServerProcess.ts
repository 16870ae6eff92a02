import { spawn } from 'node:child_process';
import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { CgiResponse } from '../../../plugins/image-factory-backend/src/__testUtils__/CgiResponse';

/** What the process reads, as JSON, from the file that its argument names. */
export type GitServerConfig = {
  host: string;
  port: number;
  certificateFile: string;
  keyFile: string;
  /** Of bare repositories. */
  repositories: string;
  username: string;
  password: string;
};

/** Serves repositories over https, to clone and to push, to whoever has the login. */
function serve(config: GitServerConfig): void {
  const login = `Basic ${Buffer.from(
    `${config.username}:${config.password}`,
  ).toString('base64')}`;
  createServer(
    {
      cert: readFileSync(config.certificateFile),
      key: readFileSync(config.keyFile),
    },
    (request, response) => {
      if (isSame(request.headers.authorization ?? '', login)) {
        answer(config, request, response).catch(() => response.destroy());
      } else {
        response
          .writeHead(401, { 'www-authenticate': 'Basic realm="repositories"' })
          .end();
      }
    },
  ).listen(config.port, config.host);
}

async function answer(
  config: GitServerConfig,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'https://host');
  const { headers } = request;
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      // Settings of whoever has started the cluster are not the server's.
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: config.repositories,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: String(headers['content-encoding'] ?? ''),
      ...(headers['content-length'] && {
        CONTENT_LENGTH: headers['content-length'],
      }),
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      REMOTE_ADDR: request.socket.remoteAddress,
      // With a name, one may push.
      REMOTE_USER: config.username,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  backend.once('error', () => response.destroy());
  response.once('close', () => backend.kill());
  // It may end without having read all.
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  const cgi = new CgiResponse(response);
  for await (const chunk of backend.stdout) cgi.write(chunk);
  cgi.end();
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

if (require.main === module) {
  serve(JSON.parse(readFileSync(process.argv[2], 'utf8')));
}
