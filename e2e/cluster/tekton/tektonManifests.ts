import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Tekton's own manifests, in the order in which they can be applied. */
export type TektonManifests = {
  namespace: string;
  definitions: string;
  /** Roles, settings and the deployments. */
  rest: string;
  /** These refuse settings until what answers them runs, so they come last. */
  webhooks: string;
};

/** Images by which Tekton's are replaced. */
export type TektonImages = {
  /** By the names of Tekton's programs. */
  programs: Record<string, string>;
  /** That scripts of steps run in. */
  shell: string;
};

const REST = [
  /^200-/,
  /^201-/,
  /^clusterrole/,
  /^config-/,
  /^controller\.yaml$/,
  /^webhook\.yaml$/,
];

/** Reads the folder `config` of Tekton's module, with images and version set as a release has them. */
export async function readTektonManifests(
  folder: string,
  images: TektonImages,
  version: string,
): Promise<TektonManifests> {
  const read = async (name: string) =>
    releaseManifest(await readAll(join(folder, name)), images, version);
  const rest = (await readdir(folder))
    .filter(name => REST.some(each => each.test(name)))
    .sort();
  return {
    namespace: await read('100-namespace'),
    definitions: await read('300-crds'),
    rest: (await Promise.all(rest.map(read))).join('\n---\n'),
    webhooks: await read('500-webhooks.yaml'),
  };
}

/** Makes of a manifest of the source what a release would have of it. */
export function releaseManifest(
  manifest: string,
  images: TektonImages,
  version: string,
): string {
  return manifest
    .replace(
      /ko:\/\/github\.com\/tektoncd\/pipeline\/cmd\/([a-z]+)/g,
      (whole, program) => images.programs[program] ?? whole,
    )
    .replace(
      /("-shell-image(?:-win)?", )"[^"]+"/g,
      (_, flag) => `${flag}"${images.shell}"`,
    )
    .replace(/(version|release): "devel"/g, `$1: "${version}"`);
}

async function readAll(path: string): Promise<string> {
  if ((await stat(path)).isFile()) return readFile(path, 'utf8');
  const names = (await readdir(path)).filter(each => each.endsWith('.yaml'));
  const texts = await Promise.all(
    names.sort().map(name => readFile(join(path, name), 'utf8')),
  );
  return texts.join('\n---\n');
}
