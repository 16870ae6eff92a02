import {
  copyFile,
  mkdir,
  readFile,
  readdir,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../Problem';
import { cacheFolder, exists, makeOnce } from '../machine/cache';
import { run } from '../machine/run';
import { say, timed } from '../machine/say';
import { BuiltPrograms } from '../programs/buildPrograms';
import { Buildah } from './Buildah';
import { CachedImage, cacheImage, partsOfFolder } from './imageCache';
import { programsImage } from './programImages';

/** The repository's folder of the images that steps of builds run in. */
const IMAGES = join(__dirname, '../../../images');

/** Those that start from a base which is given can be built without a public registry. */
const TAKES_BASE = /^ARG BASE\b/m;

/** And those that copy programs from an image take them from this machine's own. */
const TAKES_PROGRAMS = /^ARG PROGRAMS\b/m;

const PROGRAMS_IMAGE = 'localhost/programs:built';
const BASE_IMAGE = 'localhost/debian:base';
const STEP_IMAGE = 'localhost/step:built';
const BASE_DOCKERFILE = 'FROM scratch\nADD root.tar /\nCMD ["/bin/bash"]\n';
const INCLUDED = 'ca-certificates';

/**
 * The step images, by the names of their folders, each from a Debian that this
 * machine makes itself and with programs that it has built.
 */
export async function stepImages(
  programs: Record<string, BuiltPrograms>,
): Promise<Record<string, CachedImage>> {
  const release = await debianRelease();
  const images: Record<string, CachedImage> = {};
  for (const name of await namesOfStepImages()) {
    const context = join(IMAGES, name);
    const taken = (await takesPrograms(context))
      ? await programsImage(name, programs[name])
      : undefined;
    images[name] = await cacheImage(
      `image-factory/${name}`,
      [
        release,
        INCLUDED,
        ...(taken ? [taken.digest] : []),
        ...(await partsOfFolder(context)),
      ],
      async layout => {
        const base = await baseImage(release);
        say(`Building the step image ${name}`);
        await timed(`Built the step image ${name}`, () =>
          build({ context, base, programs: taken, layout }),
        );
      },
    );
  }
  return images;
}

async function build(options: {
  context: string;
  base: CachedImage;
  programs: CachedImage | undefined;
  layout: string;
}): Promise<void> {
  const { context, base, programs, layout } = options;
  const buildah = await Buildah.open();
  try {
    await buildah.import(base.layout, BASE_IMAGE);
    if (programs) await buildah.import(programs.layout, PROGRAMS_IMAGE);
    await buildah.build({
      context,
      image: STEP_IMAGE,
      args: {
        BASE: BASE_IMAGE,
        ...(programs ? { PROGRAMS: PROGRAMS_IMAGE } : {}),
      },
      // Packages come from wherever this machine gets its own.
      volumes: ['/etc/apt'],
    });
    await buildah.export(STEP_IMAGE, layout);
  } finally {
    await buildah.close();
  }
}

export async function baseImage(release: string): Promise<CachedImage> {
  return cacheImage(
    `debian-${release}`,
    [BASE_DOCKERFILE, INCLUDED],
    async layout => {
      const tar = join(cacheFolder(), `debian-${release}-${INCLUDED}.tar`);
      await makeOnce(tar, path =>
        timed(`Made the root of Debian ${release}`, async () => {
          await run(
            'mmdebstrap',
            [
              '--variant=minbase',
              '--format=tar',
              `--include=${INCLUDED}`,
              release,
              path,
            ],
            {
              nextStep:
                'see that this machine reaches a mirror of Debian (`apt-get update`), then run this again',
            },
          );
        }),
      );
      const context = `${layout}.context`;
      await mkdir(context);
      await writeFile(join(context, 'Dockerfile'), BASE_DOCKERFILE);
      await copyFile(tar, join(context, 'root.tar'));
      const buildah = await Buildah.open();
      try {
        await buildah.build({ context, image: BASE_IMAGE });
        await buildah.export(BASE_IMAGE, layout);
      } finally {
        await buildah.close();
      }
    },
  );
}

async function namesOfStepImages(): Promise<string[]> {
  const entries = await readdir(IMAGES, { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    const dockerfile = join(IMAGES, entry.name, 'Dockerfile');
    if (entry.isDirectory() && (await exists(dockerfile))) {
      const text = await readFile(dockerfile, 'utf8');
      if (TAKES_BASE.test(text)) names.push(entry.name);
    }
  }
  return names.sort();
}

async function takesPrograms(context: string): Promise<boolean> {
  return TAKES_PROGRAMS.test(
    await readFile(join(context, 'Dockerfile'), 'utf8'),
  );
}

export async function debianRelease(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8');
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1];
  if (!release || !/^ID=debian$/m.test(text)) {
    throw new Problem(
      'Step images are made from the Debian of this machine, and it is none',
      'use a machine with Debian 12, or set KUBECONFIG to a cluster that has Tekton',
    );
  }
  return release;
}
