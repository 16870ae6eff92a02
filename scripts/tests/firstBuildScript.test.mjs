import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { ROOT } from '../bootstrap/paths.mjs';

/** The script of the documentation, word for word but for the port. */
function documentedScript(port) {
  const page = readFileSync(join(ROOT, 'docs/first-build.md'), 'utf8');
  const [, script] = /## From a script\n[^]*?```sh\n([^]*?)```/.exec(page);
  return script.replaceAll('localhost:7007', `127.0.0.1:${port}`);
}

/** A portal that gives one token, in one of the ways in which Backstage writes JSON. */
async function portal(t, { spaces, status = 200 }) {
  const submitted = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const isToken = request.url === '/api/auth/guest/refresh';
    if (!isToken) {
      submitted.push({
        url: request.url,
        authorization: request.headers.authorization,
        body: JSON.parse(body),
      });
    }
    response.writeHead(isToken ? status : 201, {
      'content-type': 'application/json',
    });
    response.end(
      JSON.stringify(
        isToken
          ? {
              backstageIdentity: {
                token: 'a.b-c_d',
                expiresInSeconds: 3600,
                identity: { type: 'user', ownershipEntityRefs: [] },
              },
              profile: {},
            }
          : { id: 'the-build' },
        null,
        spaces,
      ),
    );
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { port: server.address().port, submitted };
}

function run(script) {
  return new Promise(resolve => {
    execFile('sh', ['-c', script], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

for (const spaces of [2, 0]) {
  test(`the script of docs/first-build.md submits a build where JSON is indented by ${spaces}`, async t => {
    const { port, submitted } = await portal(t, { spaces });
    const { code, stdout, stderr } = await run(documentedScript(port));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /the-build/);
    assert.deepEqual(submitted, [
      {
        url: '/api/image-factory/v1/builds',
        authorization: 'Bearer a.b-c_d',
        body: { entityRef: 'component:default/hello-site' },
      },
    ]);
  });
}

test('the script of docs/first-build.md says so where it gets no token', async t => {
  const { port } = await portal(t, { spaces: 2, status: 403 });
  const { stderr } = await run(documentedScript(port));
  assert.match(stderr, /403/);
});
