import {
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Portal } from '../../e2e/portal/Portal';
import { writeComponent } from '../../e2e/portal/writeComponent';
import { Benchmark } from '../Benchmark';
import { median } from '../median';
import { BareBuilder } from './BareBuilder';

const PAIRS = 20;
const WARM_UPS = 2;
const FILES = 200;
const FILE_BYTES = 10_000;
const LOOK_MS = 100;
const NAME = 'bare-site';

const MOST_OVERHEAD_MS = 500;

/** A build through the portal, and the same one by the tool alone; in milliseconds. */
type Pair = { portalMs: number; bareMs: number };

/** What the portal adds to the tool that builds. */
export const benchmark: Benchmark = {
  title:
    'a build by Buildah through the portal, from its creation to its end, compared to the same commands run by themselves',
  async run({ directory, say }) {
    const sources = join(directory, 'sources');
    const source = join(sources, NAME);
    writeSource(source);
    const bare = await BareBuilder.create(join(directory, 'bare'));
    const portal = await Portal.start({
      sources,
      dataDirectory: join(directory, 'portal'),
      frontend: false,
    });
    try {
      const pairs: Pair[] = [];
      for (let count = 1; count <= WARM_UPS + PAIRS; count += 1) {
        // In turn, so that neither always comes first.
        const pair =
          count % 2 === 1
            ? {
                bareMs: await bare.build(source),
                portalMs: await buildThrough(portal),
              }
            : {
                portalMs: await buildThrough(portal),
                bareMs: await bare.build(source),
              };
        say(
          `portal ${pair.portalMs.toFixed(0)} ms, bare ${pair.bareMs.toFixed(
            0,
          )} ms`,
        );
        if (count > WARM_UPS) pairs.push(pair);
      }
      return { figures: figuresOf(pairs), samples: { pairs } };
    } finally {
      await portal.stop();
    }
  },
};

function figuresOf(pairs: Pair[]) {
  return [
    {
      name: `what the portal adds, median of ${PAIRS}`,
      value: median(pairs.map(({ portalMs, bareMs }) => portalMs - bareMs)),
      unit: 'ms',
      atMost: MOST_OVERHEAD_MS,
    },
    {
      name: 'the build through the portal, median',
      value: median(pairs.map(({ portalMs }) => portalMs)),
      unit: 'ms',
    },
    {
      name: 'the same commands by themselves, median',
      value: median(pairs.map(({ bareMs }) => bareMs)),
      unit: 'ms',
    },
  ];
}

function writeSource(folder: string): void {
  writeComponent(folder, NAME);
  mkdirSync(join(folder, 'site'));
  for (let number = 0; number < FILES; number += 1) {
    writeFileSync(
      join(folder, 'site', `${number}.html`),
      `${number}`.padEnd(FILE_BYTES, '.'),
    );
  }
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM scratch\nCOPY site /srv/site\n',
  );
}

/** From `createdAt` to `finishedAt`, as the portal itself has it. */
async function buildThrough(portal: Portal): Promise<number> {
  let build = await submit(portal);
  while (!isTerminal(build.status)) {
    await delay(LOOK_MS);
    build = await portal.api<Build>(`/v1/builds/${build.id}`);
  }
  if (build.status !== 'completed') {
    throw new Error(`The build ended as ${build.status}`);
  }
  return Date.parse(build.finishedAt!) - Date.parse(build.createdAt);
}

/** The catalog takes a moment to read a new component. */
async function submit(portal: Portal): Promise<Build> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await portal.api<Build>('/v1/builds', {
        entityRef: `component:default/${NAME}`,
      });
    } catch (error) {
      if (tries === 50) throw error;
      await delay(200);
    }
  }
}
