import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildxMethod } from '../../../methods';
import { chooseTools } from '../chooseTools';
import { ToolDetector } from './ToolDetector';

const VERSION = 'echo "buildctl github.com/moby/buildkit v0.34.2 abc"';
/** What buildctl 0.34.2 says where there is no socket. */
const REFUSED =
  'error: failed to list workers: Unavailable: connection error: desc = "transport: Error while dialing: dial unix /run/buildkit/buildkitd.sock: connect: no such file or directory"';

describe('the probe of buildctl', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'buildctl-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  /** What is found of a buildctl whose daemon is told so by this line of shell. */
  async function detect(daemon: string, environment = {}, version = VERSION) {
    const path = join(directory, 'buildctl');
    await writeFile(
      path,
      `#!/bin/sh\nif [ "$1" = --version ]; then ${version}; exit; fi\n[ "$*" = "debug workers" ] || exit 9\n${daemon}\n`,
    );
    await chmod(path, 0o755);
    const detector = new ToolDetector({
      names: () => ['buildctl'],
      toolPaths: { buildctl: path },
      environment: { PATH: '/usr/bin:/bin', ...environment },
      storage: join(directory, 'storage'),
      now: () => new Date(),
      steady: () => 0,
    });
    return (await detector.detect()).tools;
  }

  it('takes it where its daemon has a worker', async () => {
    const tools = await detect('echo ID PLATFORMS');
    expect(tools.get('buildctl')?.tool).toMatchObject({
      status: 'available',
      version: '0.34.2',
    });
    expect(chooseTools(buildxMethod, tools, [])).toMatchObject({
      ok: true,
      tools: { build: { name: 'buildctl', version: '0.34.2' } },
    });
  });

  it('says where the daemon does not answer and how to start it, in place of a build that fails', async () => {
    const tools = await detect(`echo '${REFUSED}' >&2; exit 1`);
    expect(tools.get('buildctl')?.tool).toMatchObject({
      status: 'unusable',
      version: '0.34.2',
      message: `BuildKit's daemon does not answer at unix:///run/buildkit/buildkitd.sock: ${REFUSED}`,
    });
    const choice = chooseTools(buildxMethod, tools, []);
    expect(choice).toMatchObject({
      ok: false,
      message: expect.stringMatching(
        /^Method buildx needs buildctl, .*BuildKit's daemon does not answer at unix:/,
      ),
      hint: expect.stringMatching(
        /^Start buildkitd .*\. The page Executors tells more;/,
      ),
    });
    expect(choice).not.toMatchObject({
      hint: expect.stringContaining('Install'),
    });
  });

  it('names the address that the environment tells', async () => {
    const tools = await detect('exit 1', { BUILDKIT_HOST: 'tcp://builder:1' });
    expect(tools.get('buildctl')?.tool.message).toContain(
      'does not answer at tcp://builder:1',
    );
  });

  it('does not take a program that tells no version for it', async () => {
    const tools = await detect('echo ID', {}, 'exit 3');
    expect(tools.get('buildctl')?.tool).toMatchObject({
      status: 'unusable',
      message: expect.stringContaining('does not tell its version'),
    });
  });
});
