import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { isStopping } from '../bootstrap/children.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { duration, say } from '../bootstrap/say.mjs';
import { prepareContainerBuilder } from '../portal/containerBuilder.mjs';
import { buildFrontend } from '../portal/frontend.mjs';
import {
  alreadyRuns,
  announcePortal,
  findPortal,
} from '../portal/onePortal.mjs';
import { choosePort, demandFreePort } from '../portal/port.mjs';
import { startBackend } from '../portal/startBackend.mjs';
import { whenReady } from '../portal/whenReady.mjs';

export const help = `npm start [-- options]

Sets everything up, then runs the portal at http://localhost:7007.

  --port <number>  serve at another port (same as PORT=<number>)
  --no-install     never install a container builder
  --no-frontend    serve the API alone, without building the pages

A checkout runs one portal at a time; a second one needs a checkout of its own.
`;

export const accepts = {
  values: ['--port'],
  flags: ['--no-install', '--no-frontend'],
};

export async function run(argv) {
  const started = Date.now();
  const port = choosePort(argv, process.env);
  const running = await findPortal(process.env);
  await demandFreePort(port, running);
  if (running) {
    throw alreadyRuns(running);
  }
  await announcePortal(port, process.env);

  const tools = await bootstrap();
  if (!argv.includes('--no-frontend')) {
    await buildFrontend(tools);
  }
  await prepareContainerBuilder({ mayInstall: !argv.includes('--no-install') });

  // Another portal may have come up meanwhile, and would answer for this one.
  await demandFreePort(port);
  say('Starting the portal (about 10 s)');
  const backend = startBackend({
    ...tools,
    port,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise(resolve =>
    backend.once('close', (code, signal) => resolve({ code, signal })),
  );
  if (await whenReady(backend, port)) {
    const took = duration(Date.now() - started);
    console.log(
      `\n  Image Factory is ready at http://localhost:${port}  (after ${took}; Ctrl-C stops it)\n`,
    );
  }
  const { code, signal } = await ended;
  if (isStopping()) {
    say('The portal has stopped');
    return 0;
  }
  throw new Problem(
    `The backend ended by itself (${signal ?? `exit code ${code}`})`,
    'read its last lines above; what it needs is set in app-config.yaml',
  );
}
