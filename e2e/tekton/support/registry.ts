import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { LocalServices } from '../../cluster/ClusterDescription';

const execute = promisify(execFile);

type Manifest = {
  /** Of an index. */
  manifests?: {
    digest: string;
    artifactType?: string;
    platform?: { os: string; architecture: string };
  }[];
  /** Of an artifact. */
  subject?: { digest: string };
};

/** What skopeo, which shares no code with the portal, reads of an image in the registry. */
export async function inspectPushed(
  registry: LocalServices['registry'],
  reference: string,
): Promise<{ Digest: string; Labels: Record<string, string> | null }> {
  const { stdout } = await execute('skopeo', [
    'inspect',
    `--authfile=${registry.authFile}`,
    `--cert-dir=${registry.certificateFolder}`,
    `docker://${reference}`,
  ]);
  return JSON.parse(stdout);
}

/** The tags of a repository; none where there is no such repository. */
export async function tagsOf(
  registry: LocalServices['registry'],
  repository: string,
): Promise<string[]> {
  const { stdout } = await execute('skopeo', [
    'list-tags',
    `--authfile=${registry.authFile}`,
    `--cert-dir=${registry.certificateFolder}`,
    `docker://${repository}`,
  ]).catch(error => {
    if (/not (known|found)|NAME_UNKNOWN/i.test(error.stderr)) {
      return { stdout: '{"Tags":[]}' };
    }
    throw error;
  });
  return JSON.parse(stdout).Tags;
}

/** The manifest or index that a reference stands for, as it is stored. */
export async function rawManifest(
  registry: LocalServices['registry'],
  reference: string,
): Promise<{
  digest: string;
  manifest: Manifest;
}> {
  const { stdout } = await execute('skopeo', [
    'inspect',
    '--raw',
    `--authfile=${registry.authFile}`,
    `--cert-dir=${registry.certificateFolder}`,
    `docker://${reference}`,
  ]);
  return {
    digest: `sha256:${createHash('sha256').update(stdout).digest('hex')}`,
    manifest: JSON.parse(stdout),
  };
}

/** What refers to an image, by the tag that stands for the referrers API where a registry has none. */
export async function readReferrers(
  registry: LocalServices['registry'],
  repository: string,
  digest: string,
): Promise<NonNullable<Manifest['manifests']>> {
  const tag = digest.replace(':', '-');
  const { manifest } = await rawManifest(registry, `${repository}:${tag}`);
  return manifest.manifests ?? [];
}
