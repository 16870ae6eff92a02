import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BUSYBOX,
  describeWithOwnProcesses,
  describeWithStaticBusybox,
} from '../__testUtils__/engines';
import { renderInput } from './__testUtils__/renderInput';
import { RunningTask } from './__testUtils__/RunningTask';
import { renderPipelineRun } from './render';

jest.setTimeout(60_000);

/** Leaves something behind that knows of no group of processes, and tells from within the image that it was there. */
const DOCKERFILE = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "sh", "-c", "/bin/busybox setsid /bin/busybox sleep 600 </dev/null >/dev/null 2>&1 & echo left $!"]
`;

describeWithOwnProcesses('what a RUN has left running', () => {
  describeWithStaticBusybox('in a build by Buildah', () => {
    let folder: string;
    let task: RunningTask;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'build-end-'));
      const rendered = renderPipelineRun(renderInput());
      if ('problems' in rendered) throw new Error(rendered.problems[0].message);
      task = new RunningTask({ run: rendered.pipelineRun, folder });
      const tree = join(task.volume('source'), 'tree');
      mkdirSync(tree);
      writeFileSync(join(tree, 'Dockerfile'), DOCKERFILE);
      copyFileSync(BUSYBOX, join(tree, 'busybox'));
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it.each([
      ['ends with the step', 'tekton', false],
      ['would go on otherwise', 'other', true],
    ] as const)('%s', async (_, container, goesOn) => {
      const { exitCode, log } = await task.run('build-image', { container });
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(log).toMatch(/^left \d+$/m);
      expect(existsSync(join(task.volume('layout'), 'image/index.json'))).toBe(
        true,
      );
      expect(log.includes('Something goes on')).toBe(goesOn);
    });
  });
});
