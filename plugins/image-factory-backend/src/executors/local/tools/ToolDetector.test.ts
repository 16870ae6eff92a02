import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolDetector } from './ToolDetector';

describe('ToolDetector', () => {
  let directory: string;
  let now: Date;
  let steady: number;
  let detector: ToolDetector;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'detector-'));
    now = new Date('2026-01-01T00:00:00Z');
    steady = 0;
    detector = detectorWith({});
  });

  afterEach(async () => {
    await detector.idle();
    await rm(directory, { recursive: true, force: true });
  });

  function detectorWith(environment: Record<string, string>) {
    return new ToolDetector({
      names: () => ['buildah'],
      toolPaths: { buildah: join(directory, 'buildah') },
      environment: { PATH: '/usr/bin:/bin', ...environment },
      storage: join(directory, 'storage'),
      now: () => now,
      steady: () => steady,
    });
  }

  /** A program in the place of buildah that answers all, or nothing. */
  async function install(works: boolean) {
    const path = join(directory, 'buildah');
    await writeFile(
      path,
      `#!/bin/sh\necho asked >> "${directory}/asked"\n${
        works ? 'echo buildah version 1.30.0' : 'echo no >&2; exit 1'
      }\n`,
    );
    await chmod(path, 0o755);
  }

  function statusIn(found: Awaited<ReturnType<ToolDetector['detect']>>) {
    return found.tools.get('buildah')?.tool.status;
  }

  it('answers at once with what is old, and looks again behind', async () => {
    await install(true);
    const first = await detector.detect();
    steady += 61_000;
    // The clock of the machine was set back meanwhile.
    now = new Date(now.getTime() - 3_600_000);
    expect(await detector.detect()).toBe(first);
    await detector.idle();
    const next = await detector.detect();
    expect(next).not.toBe(first);
    expect(next.at).toEqual(now);
  });

  it('does not look again while the finding is fresh', async () => {
    await install(true);
    await detector.detect();
    const asked = await readFile(join(directory, 'asked'), 'utf8');
    await detector.detect();
    await detector.idle();
    expect(await readFile(join(directory, 'asked'), 'utf8')).toBe(asked);
  });

  it('gives a tool that worked up only after two failed probes in a row', async () => {
    await install(true);
    expect(statusIn(await detector.refresh())).toBe('available');
    await install(false);
    expect(statusIn(await detector.refresh())).toBe('available');
    await install(true);
    expect(statusIn(await detector.refresh())).toBe('available');
    await install(false);
    expect(statusIn(await detector.refresh())).toBe('available');
    expect(statusIn(await detector.refresh())).toBe('unusable');
    await install(true);
    expect(statusIn(await detector.refresh())).toBe('available');
  });

  it('tells of a tool that never worked, or is gone, at once', async () => {
    await install(false);
    expect(statusIn(await detector.detect())).toBe('unusable');
    await install(true);
    await detector.refresh();
    await rm(join(directory, 'buildah'));
    expect(statusIn(await detector.refresh())).toBe('missing');
  });

  it('keeps the proxy from what is built only where its URL has a login', async () => {
    await install(true);
    const settings = async (url: string) =>
      (await detectorWith({ HTTPS_PROXY: url }).detect()).tools.get('buildah')
        ?.chosen?.settings.httpProxy;
    expect(await settings('http://user:pass@proxy.example:3128')).toBe('false');
    expect(await settings('http://proxy.example:3128')).toBeUndefined();
  });
});
