import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Cluster } from '../../cluster/Cluster';

/** The operator's folder with all bases. */
export const DEPLOY = join(__dirname, '../../../deploy/kubernetes');

/** Makes the namespace of a tenant as an operator does, by an overlay that names it. */
export async function applyTenant(
  { kubectl }: Cluster,
  namespace: string,
  podSecurity: 'baseline' | 'privileged' = 'baseline',
): Promise<void> {
  const folder = mkdtempSync(
    join(realpathSync(tmpdir()), 'image-factory-tenant-'),
  );
  const base = (name: string) => relative(folder, join(DEPLOY, name));
  try {
    writeFileSync(
      join(folder, 'kustomization.yaml'),
      // JSON is YAML.
      JSON.stringify({
        namespace,
        resources: [base('tenant')],
        components:
          podSecurity === 'baseline' ? [] : [base('components/relaxed')],
      }),
    );
    await kubectl.run(['apply', '--kustomize', folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
