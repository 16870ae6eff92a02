import { readFile } from 'node:fs/promises';
import { Certificate } from './certificates';

/** Who a kubeconfig is for. */
export type KubeconfigUser = Certificate | { token: string };

/** A kubeconfig that needs no file beside it. */
export async function renderKubeconfig(options: {
  server: string;
  caFile: string;
  user: KubeconfigUser;
  namespace?: string;
}): Promise<object> {
  const { server, caFile, user, namespace } = options;
  const name = 'image-factory';
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: { server, 'certificate-authority-data': await base64(caFile) },
      },
    ],
    users: [
      {
        name,
        user:
          'token' in user
            ? user
            : {
                'client-certificate-data': await base64(user.certificate),
                'client-key-data': await base64(user.key),
              },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  };
}

async function base64(file: string): Promise<string> {
  return (await readFile(file)).toString('base64');
}
