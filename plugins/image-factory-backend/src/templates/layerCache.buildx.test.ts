import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from '@backstage/types';
import { buildxMethod } from '../methods';
import { bundledTemplate } from './__testUtils__/bundledTemplate';
import { parametersOf, renderInput } from './__testUtils__/renderInput';
import { RunningTask, StepEnd } from './__testUtils__/RunningTask';
import { renderPipelineRun } from './render';

/** In the places of the programs: they write down what they are given, and say what BuildKit 0.34 has said. */
const PROGRAMS = {
  rootlesskit: `#!/bin/sh
trap 'exit 0' TERM
while [ -e "$NOTES" ]; do sleep 0.1; done
`,
  buildctl: `#!/bin/sh
shift
[ "$1" != debug ] || exit 0
count="$(ls "$NOTES" | grep -c '^build-')"
printf '%s\\0' "$@" >"$NOTES/build-$count"
cat "$NOTES/says-$count" 2>/dev/null
mkdir -p "$LAYOUT"
exit "$(cat "$NOTES/exits-$count" 2>/dev/null || echo 0)"
`,
};

const CACHE = 'registry.example.com/cache/team-a/component.default.hello-site';
const NOT_FOUND = `#3 importing cache manifest from ${CACHE}:linux-amd64-0
#3 ERROR: failed to configure registry cache importer: ${CACHE}:linux-amd64-0: not found
`;
const DENIED = `#3 importing cache manifest from ${CACHE}:linux-amd64-0
#3 ERROR: failed to configure registry cache importer: failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized
`;
const NOT_WRITTEN = `#8 exporting cache to registry
#8 preparing build cache for export done
#8 ERROR: error writing layer blob: unexpected status from POST request to https://registry.example.com/v2/: 403 Forbidden
`;
const BROKEN = `#7 exporting to oci image format
error: failed to solve: failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:${'a'.repeat(
  64,
)} (application/vnd.oci.image.layer.v1.tar+gzip) from remote: not found
`;

let folder: string;
let notes: string;
let path: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buildx-layers-'));
  notes = join(folder, 'notes');
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  mkdirSync(notes);
  for (const [name, script] of Object.entries(PROGRAMS)) {
    const file = join(programs, name);
    writeFileSync(file, script.replaceAll('$NOTES', notes));
    chmodSync(file, 0o755);
  }
  path = process.env.PATH;
  process.env.PATH = `${programs}:${path}`;
});

afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

async function build(
  options: {
    cache?: string;
    image?: string;
    parameters?: JsonObject;
    /** What BuildKit says in each build of the step, and how it ends. */
    says?: { text?: string; exitCode?: number }[];
  } = {},
): Promise<StepEnd & { notes: string[]; builds: string[][] }> {
  const { build: ofBuild, image } = renderInput();
  const { cache = CACHE, parameters = {}, says = [] } = options;
  says.forEach(({ text = '', exitCode = 0 }, index) => {
    writeFileSync(join(notes, `says-${index}`), text);
    writeFileSync(join(notes, `exits-${index}`), String(exitCode));
  });
  const rendered = renderPipelineRun(
    renderInput({
      template: bundledTemplate('buildx'),
      build: { ...ofBuild, method: 'buildx' },
      image: { ...image, repository: options.image ?? image.repository },
      parameters: parametersOf(parameters, buildxMethod),
      cache: cache === '' ? undefined : { repository: cache },
    }),
  );
  if ('problems' in rendered) throw new Error(rendered.problems[0].message);
  const pod = mkdtempSync(join(folder, 'pod-'));
  const task = new RunningTask({ run: rendered.pipelineRun, folder: pod });
  const tree = join(task.volume('source'), 'tree');
  for (const context of [tree, join(tree, 'app')]) {
    mkdirSync(context, { recursive: true });
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\n');
  }
  const end = await task.run('build-image');
  const builds = [0, 1, 2].flatMap(index => {
    const file = join(notes, `build-${index}`);
    try {
      const words = readFileSync(file, 'utf8').split('\0').slice(0, -1);
      rmSync(file);
      return [words];
    } catch {
      return [];
    }
  });
  return { ...end, builds, notes: end.log.match(/^Layer cache: .*$/gm) ?? [] };
}

/** The tag by which the layers of a build are cached. */
async function tagOf(options: Parameters<typeof build>[0]): Promise<string> {
  const { builds, exitCode } = await build(options);
  expect(exitCode).toBe(0);
  const [, tag] = /,ref=.*:([^:,]+),mode=max,/.exec(builds[0].join(' ')) ?? [];
  return tag;
}

const cacheWords = (words: string[]) =>
  words.filter(word => /cache/.test(word));

describe('the layer cache of the buildx template', () => {
  it('is not asked where none is configured, whatever the build wants of it', async () => {
    const { exitCode, builds, log } = await build({
      cache: '',
      parameters: { 'no-cache': true },
    });
    expect(exitCode).toBe(0);
    expect(builds).toHaveLength(1);
    expect(log).not.toMatch(/cache/i);
  });

  it('is read and written under one tag, and a cache that cannot be written fails nothing', async () => {
    const { builds, notes: said } = await build({
      parameters: { platforms: ['linux/arm64'] },
    });
    const reference = expect.stringMatching(
      new RegExp(
        `^--import-cache=type=registry,ref=${CACHE}:linux-arm64-[0-9a-f]{16}$`,
      ),
    );
    const [words] = builds;
    const [from, to] = cacheWords(words);
    expect(from).toEqual(reference);
    const [, ref] = /ref=(.*)$/.exec(from) ?? [];
    expect(to).toBe(
      `--export-cache=type=registry,ref=${ref},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
    );
    expect(said).toEqual([
      `Layer cache: layers are taken from ${ref} where they are there, and put there where they are not.`,
    ]);
  });

  it('has a tag for each way to build an image, since an export takes the place of the one before', async () => {
    const tags = [
      await tagOf({}),
      await tagOf({ parameters: { platforms: ['linux/arm64'] } }),
      await tagOf({
        parameters: { platforms: ['linux/amd64', 'linux/arm64'] },
      }),
      await tagOf({ parameters: { target: 'test' } }),
      await tagOf({ parameters: { 'context-path': 'app' } }),
      await tagOf({ image: 'registry.example.com/team-a/another' }),
    ];
    expect(new Set(tags).size).toBe(tags.length);
    for (const tag of tags) expect(tag).toMatch(/^[a-z0-9-]{1,128}$/);
    const again = await tagOf({ parameters: { 'build-args': { A: 'b' } } });
    expect(again).toBe(tags[0]);
  });

  it('is written and not read where a build asks for it', async () => {
    const { builds, notes: said } = await build({
      parameters: { 'no-cache': true },
    });
    expect(cacheWords(builds[0])).toEqual([
      '--no-cache',
      expect.stringMatching(/^--export-cache=/),
    ]);
    expect(said).toEqual([
      expect.stringMatching(/no layer is taken from .*, as the build asks/),
    ]);
  });

  it('says in a sentence that it could not be read or written, and nothing of one that is not there yet', async () => {
    const first = await build({ says: [{ text: NOT_FOUND }] });
    expect(first).toMatchObject({ exitCode: 0, notes: [expect.any(String)] });
    const denied = await build({ says: [{ text: DENIED + NOT_WRITTEN }] });
    expect(denied).toMatchObject({
      exitCode: 0,
      notes: [
        expect.any(String),
        expect.stringMatching(/could not be read; .* built without it\.$/),
        expect.stringMatching(/could not be written; .* does not find .*\.$/),
      ],
    });
  });

  it('builds once more without it where a layer of it is gone', async () => {
    const {
      exitCode,
      builds,
      notes: said,
    } = await build({
      says: [{ text: BROKEN, exitCode: 1 }, {}],
    });
    expect(exitCode).toBe(0);
    expect(builds.map(cacheWords)).toEqual([
      [
        expect.stringMatching(/^--import-cache=/),
        expect.stringMatching(/^--export-cache=/),
      ],
      ['--no-cache', expect.stringMatching(/^--export-cache=/)],
    ]);
    expect(said[1]).toMatch(/a layer cannot be read.*once more, without\.$/);
  });

  it('ends as BuildKit does where the Dockerfile is at fault', async () => {
    const { exitCode, builds } = await build({
      says: [{ text: 'error: failed to solve: process "x"\n', exitCode: 3 }],
    });
    expect(exitCode).toBe(3);
    expect(builds).toHaveLength(1);
  });
});
