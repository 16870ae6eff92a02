import { PipelineRun } from '../../templates';
import { podRequests } from './podRequests';

type Task = {
  name: string;
  /** Of each of its steps. */
  cpu: (string | undefined)[];
  runAfter?: string[];
  params?: { name: string; value: string[] }[];
};

function cpuOf(tasks: Task[], atEnd: Task[] = []) {
  const toTask = ({ name, cpu, ...rest }: Task) => ({
    name,
    ...rest,
    taskSpec: {
      steps: cpu.map((each, place) => ({
        name: `${name}-${place}`,
        ...(each && { computeResources: { requests: { cpu: each } } }),
      })),
    },
  });
  return podRequests({
    spec: {
      pipelineSpec: { tasks: tasks.map(toTask), finally: atEnd.map(toTask) },
    },
  } as unknown as PipelineRun)?.cpuCores;
}

describe('podRequests', () => {
  it('counts all containers of a pod', () => {
    expect(cpuOf([{ name: 'build', cpu: ['1', undefined, '500m'] }])).toBe(1.5);
  });

  it('tells nothing where nothing is asked for', () => {
    expect(cpuOf([{ name: 'build', cpu: [undefined] }])).toBeUndefined();
  });

  it('counts the largest of tasks that run one after another', () => {
    expect(
      cpuOf([
        { name: 'clone', cpu: ['100m'] },
        { name: 'build', cpu: ['4'], runAfter: ['clone'] },
        { name: 'push', cpu: ['1'], runAfter: ['build'] },
      ]),
    ).toBe(4);
  });

  it('counts those together that run at once, with the index after them', () => {
    expect(
      cpuOf([
        { name: 'amd64', cpu: ['2'] },
        { name: 'arm64', cpu: ['3'] },
        {
          name: 'index',
          cpu: ['4'],
          params: [
            {
              name: 'digests',
              value: [
                '$(tasks.amd64.results.IMAGE_DIGEST)',
                '$(tasks.arm64.results.IMAGE_DIGEST)',
              ],
            },
          ],
        },
      ]),
    ).toBe(5);
  });

  it('counts tasks together of which one may go on while another has its next', () => {
    expect(
      cpuOf([
        { name: 'a', cpu: ['1'] },
        { name: 'b', cpu: ['4'], runAfter: ['a'] },
        { name: 'c', cpu: ['3'] },
        { name: 'd', cpu: ['1'], runAfter: ['c'] },
      ]),
    ).toBe(7);
  });

  it('counts tasks for the end together, after all others', () => {
    const build = { name: 'build', cpu: ['2'] };
    expect(
      cpuOf(
        [build],
        [
          { name: 'clean', cpu: ['1'] },
          { name: 'tell', cpu: ['2'] },
        ],
      ),
    ).toBe(3);
    expect(cpuOf([build], [{ name: 'clean', cpu: ['1'] }])).toBe(2);
  });

  it('does not think for ever about a pipeline of many tasks', () => {
    const tasks = Array.from({ length: 60 }, (_, place) => ({
      name: `t${place}`,
      cpu: ['1'],
      runAfter: place % 2 ? [`t${place - 1}`] : [],
    }));
    expect(cpuOf(tasks)).toBe(60);
  });
});
