import { withRunLinks, withStepLinks } from './clusterLinks';

const TEMPLATES = [
  { title: 'Tekton', url: 'https://t.example.com/{namespace}/{pipelineRun}' },
  { title: 'Logs', url: 'https://l.example.com/{pipelineRun}/{pod}' },
  { title: 'Node', url: 'https://n.example.com/{node}' },
];
const EXECUTION = {
  id: 'execution-1',
  attempt: 1,
  executor: 'eu-1',
  name: 'docker-1',
  namespace: 'builds-a',
  status: 'running' as const,
  startedAt: '2026-01-01T10:00:00.000Z',
};
const STEP = {
  id: 'step-1',
  name: 'build-image',
  ordinal: 0,
  status: 'running' as const,
  namespace: 'builds-a',
  pod: 'docker-1-pod',
  logBytes: 0,
  logLines: 0,
};

describe('links of an attempt', () => {
  it('stand with the run and with each of its steps, as far as their values are known', () => {
    expect(withRunLinks(EXECUTION, TEMPLATES).links).toEqual([
      { title: 'Tekton', url: 'https://t.example.com/builds-a/docker-1' },
    ]);
    const steps = [STEP, { ...STEP, node: 'node-a' }];
    expect(
      withStepLinks(steps, EXECUTION, TEMPLATES).map(({ links }) => links),
    ).toEqual([
      [{ title: 'Logs', url: 'https://l.example.com/docker-1/docker-1-pod' }],
      [
        { title: 'Logs', url: 'https://l.example.com/docker-1/docker-1-pod' },
        { title: 'Node', url: 'https://n.example.com/node-a' },
      ],
    ]);
  });

  it('are left out where there are none', () => {
    const onMachine = { ...EXECUTION, namespace: undefined };
    expect(withRunLinks(onMachine, TEMPLATES)).not.toHaveProperty('links');
    expect(withStepLinks([STEP], EXECUTION, [])).toEqual([STEP]);
  });
});
