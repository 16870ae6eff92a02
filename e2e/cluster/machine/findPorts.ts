import { once } from 'node:events';
import { createServer } from 'node:net';
import { Problem } from '../Problem';

/** Below what the kernel gives to outgoing connections and what Kubernetes gives to services. */
const FIRST = 21_000;
const LAST = 29_999;

/** Ports that nobody listens on, at any address; they stay the cluster's, so they are chosen once. */
export async function findPorts<Name extends string>(
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const ports = {} as Record<Name, number>;
  let candidate = FIRST;
  for (const name of names) {
    while (!(await isFree(candidate))) {
      candidate += 1;
      if (candidate > LAST) {
        throw new Problem(
          `No port from ${FIRST} to ${LAST} is free`,
          'stop some of the programs that listen on them (`ss -ltnp` tells which), then run this again',
        );
      }
    }
    ports[name] = candidate;
    candidate += 1;
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
