import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';

/** A registry on this machine that has no image, or lets nobody in. */
export async function startRefusingRegistry(
  refusal: 'unknown' | 'denied',
): Promise<{ host: string; stop(): Promise<void> }> {
  const [status, code] =
    refusal === 'unknown' ? [404, 'MANIFEST_UNKNOWN'] : [401, 'UNAUTHORIZED'];
  const message =
    refusal === 'unknown' ? 'manifest unknown' : 'authentication required';
  const server = createServer((request, response) => {
    const isPing = request.url === '/v2/';
    response.writeHead(isPing ? 200 : status, {
      'content-type': 'application/json',
    });
    response.end(
      isPing ? '{}' : JSON.stringify({ errors: [{ code, message }] }),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
