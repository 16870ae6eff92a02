import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { execute } from './exec.mjs';

export const help = `npm run dev [-- options of backstage-cli repo start]

Runs the backend, and the frontend's dev server at http://localhost:3000.
`;

/** The frontend has its own dev server here, so the app is not at the backend's address. */
const DEV_SERVER = JSON.stringify('http://localhost:3000');

export async function run(argv) {
  const { environment } = await bootstrap();
  return execute('backstage-cli', ['repo', 'start', ...argv], {
    ...environment,
    APP_CONFIG_app_baseUrl: DEV_SERVER,
    APP_CONFIG_backend_cors_origin: DEV_SERVER,
  });
}
