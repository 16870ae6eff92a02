import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuiltPrograms } from '../programs/buildPrograms';
import { TEKTON } from '../programs/programSets';
import { timed } from '../machine/say';
import { Buildah } from './Buildah';
import { CachedImage, cacheImage } from './imageCache';

/** Where Debian's package busybox-static puts it. */
const BUSYBOX = '/bin/busybox';

const BUSYBOX_DOCKERFILE = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN ["/bin/busybox", "mkdir", "-p", "-m", "1777", "/tmp"]
CMD ["/bin/sh"]
`;

/** A sandbox's first process has nothing to do but to stay and to end when it is told. */
const PAUSE_DOCKERFILE = `FROM scratch
COPY busybox /bin/busybox
ENTRYPOINT ["/bin/busybox", "sh", "-c", "trap exit TERM INT; while :; do busybox sleep 3600 & wait; done"]
`;

/** The image that shells of tests and Tekton's own scripts run in, and the one of sandboxes. */
export async function busyboxImages(
  readVersion: () => Promise<string>,
): Promise<{ busybox: CachedImage; pause: CachedImage }> {
  const version = await readVersion();
  const make = (name: string, dockerfile: string) =>
    cacheImage(name, [version, dockerfile], layout =>
      buildInto(layout, name, dockerfile, { busybox: BUSYBOX }),
    );
  return {
    busybox: await make('cluster/busybox', BUSYBOX_DOCKERFILE),
    pause: await make('cluster/pause', PAUSE_DOCKERFILE),
  };
}

/** An image for each of Tekton's programs, by the program's name. */
export async function tektonImages(
  programs: BuiltPrograms,
): Promise<Record<string, CachedImage>> {
  const images: Record<string, CachedImage> = {};
  for (const program of TEKTON.programs) {
    const name = `tekton/${program}`;
    // Tekton copies its entrypoint from this very path.
    const dockerfile = `FROM scratch
COPY passwd /etc/passwd
COPY program /ko-app/${program}
ENTRYPOINT ["/ko-app/${program}"]
`;
    images[program] = await cacheImage(
      name,
      [programs.version, process.arch, dockerfile],
      layout =>
        timed(`Made the image ${name}`, () =>
          buildInto(layout, name, dockerfile, {
            program: programs.paths[program],
          }),
        ),
    );
  }
  return images;
}

/** The programs of a set where their makers' image has them, for others to copy. */
export async function programsImage(
  name: string,
  programs: BuiltPrograms,
): Promise<CachedImage> {
  const names = Object.keys(programs.paths);
  const dockerfile = `FROM scratch\nCOPY ${names.join(' ')} ${
    programs.imageFolder
  }\n`;
  return cacheImage(
    `programs/${name}`,
    [programs.version, process.arch, dockerfile],
    layout => buildInto(layout, name, dockerfile, programs.paths),
  );
}

async function buildInto(
  layout: string,
  image: string,
  dockerfile: string,
  files: Record<string, string>,
): Promise<void> {
  const context = `${layout}.context`;
  await mkdir(context);
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  await writeFile(
    join(context, 'passwd'),
    'nonroot:x:65532:65532:nonroot:/:/bin/false\n',
  );
  for (const [name, path] of Object.entries(files)) {
    await copyFile(path, join(context, name));
  }
  const buildah = await Buildah.open();
  try {
    await buildah.build({ context, image });
    await buildah.export(image, layout);
  } finally {
    await buildah.close();
  }
}
