import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * One pipe for both outputs of a process, so that what it writes to either
 * arrives in the order in which it was written: two pipes would be read one
 * after the other. Its buffer is the kernel's: a process that nobody reads from
 * waits.
 */
export async function openOutputPair(): Promise<{
  reader: Socket;
  writer: Socket;
}> {
  // Not in the workspace: the path of a socket may have about 100 characters.
  const directory = await mkdtemp(join(tmpdir(), 'if-'));
  const server = createServer({ pauseOnConnect: true });
  try {
    const path = join(directory, 'out');
    server.listen(path);
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    const writer = connect(path);
    await once(writer, 'connect');
    const [reader]: Socket[] = await accepted;
    return { reader, writer };
  } finally {
    server.close();
    await rm(directory, { recursive: true, force: true });
  }
}
