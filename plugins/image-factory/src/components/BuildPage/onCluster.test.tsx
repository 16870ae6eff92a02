import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import {
  FakeImageFactoryApi,
  ManualSignals,
  aBuild,
  aCluster,
  aRefusal,
  aStep,
  anExecution,
  anExecutor,
  renderPage,
} from '../../__testUtils__';
import { BuildPage } from './BuildPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

const YAML = 'apiVersion: tekton.dev/v1\nkind: PipelineRun\n';

function onCluster(change: Partial<Build>) {
  const api = new FakeImageFactoryApi();
  api.executors = [anExecutor(), aCluster()];
  api.builds = [
    aBuild({
      number: 3,
      status: 'running',
      phase: 'running',
      attempt: 1,
      startedAt: '2026-01-02T03:04:05.000Z',
      executor: 'eu-1',
      infrastructure: 'kubernetes',
      ...change,
    }),
  ];
  return api;
}

const page = <BuildPage buildId="build-1" />;
const findWhy = () => screen.findByRole('region', { name: 'Why it waits' });
const queryWhy = () => screen.queryByRole('region', { name: 'Why it waits' });

describe('BuildPage of a build on a cluster, on a fake API', () => {
  it('says that a pending build is starting, why it is not yet, and what the cluster says', async () => {
    const api = onCluster({
      phase: 'pending',
      phaseReason: 'Unschedulable',
      phaseMessage: '0/3 nodes are available: 3 Insufficient memory.',
    });
    const signals = new ManualSignals();
    renderPage(page, { api, signals });
    const card = await findWhy();
    expect(card).toHaveTextContent('No node of the cluster has room');
    expect(card).toHaveTextContent('What to do: It starts by itself');
    expect(card).toHaveTextContent(
      'Unschedulable: 0/3 nodes are available: 3 Insufficient memory.',
    );
    expect(screen.getByText('Starting')).toBeInTheDocument();
    expect(screen.getByText('waiting for a place to run')).toBeInTheDocument();
    expect(screen.getByText(/^starting for/)).toBeInTheDocument();
    expect(screen.queryByText('Running')).not.toBeInTheDocument();
    expect(
      screen.getAllByRole('status').map(status => status.textContent),
    ).toContain('Build #3: Starting');

    api.builds[0] = onCluster({}).builds[0];
    act(() => signals.send({ buildId: 'build-1', change: 'build' }));
    expect(await screen.findByText('Running')).toBeInTheDocument();
    expect(queryWhy()).not.toBeInTheDocument();
  });

  it('says the words of the cluster alone where it does not know them', async () => {
    renderPage(page, {
      api: onCluster({ phase: 'pending', phaseReason: 'SomethingNew' }),
    });
    const card = await findWhy();
    expect(card).toHaveTextContent('has not started the first step yet');
    expect(within(card).getByText('SomethingNew')).toBeInTheDocument();
    expect(card).not.toHaveTextContent('What to do');
  });

  it('makes no fuss about a build that is to start in a moment', async () => {
    renderPage(page, { api: onCluster({ phase: 'pending' }) });
    expect(await screen.findByText('Starting')).toBeInTheDocument();
    expect(queryWhy()).not.toBeInTheDocument();
  });

  it('tells where it runs, where it was asked to, and where each step does', async () => {
    const api = onCluster({});
    const digest = 'a'.repeat(64);
    const image = `registry.example.com/buildah@sha256:${digest}`;
    api.steps = [
      aStep({
        name: 'build-image',
        status: 'running',
        pod: 'docker-1-pod',
        node: 'worker-2',
        image,
      }),
    ];
    renderPage(page, { api });
    expect(await screen.findByText('executor: Europe')).toBeInTheDocument();
    const inputs = screen.getByRole('region', { name: 'Inputs' });
    expect(inputs).toHaveTextContent(/Executor\s*Europe/);
    expect(inputs).toHaveTextContent(/Where to build\s*Kubernetes/);
    expect(await screen.findByText('worker-2')).toBeInTheDocument();
    expect(screen.getByText('docker-1-pod')).toBeInTheDocument();
    expect(
      screen.getByText('registry.example.com/buildah@sha256:aaaaaaaaaaaa…'),
    ).toHaveAttribute('title', image);
  });

  it('shows no id of an executor while its title is on its way', async () => {
    const api = onCluster({});
    const executors = api.executors;
    let tell: () => void = () => undefined;
    jest.spyOn(api, 'listExecutors').mockReturnValue(
      new Promise(resolve => {
        tell = () => resolve({ items: executors });
      }),
    );
    renderPage(<BuildPage buildId="build-1" />, { api });
    await screen.findByRole('region', { name: 'Inputs' });
    expect(document.body).not.toHaveTextContent('eu-1');
    tell();
    expect(await screen.findByText('executor: Europe')).toBeInTheDocument();
  });

  it('tells the most memory and CPU that the chosen step has taken in this attempt', async () => {
    const api = onCluster({ attempt: 2 });
    api.steps = [
      aStep({ name: 'build-image', status: 'running', pod: 'docker-2-pod' }),
    ];
    const ofStep = { step: 'build-image', attempt: 2 };
    api.metrics = [
      {
        ...ofStep,
        attempt: 1,
        name: 'peak-memory',
        value: 7 * 1024 ** 3,
        unit: 'bytes',
      },
      {
        ...ofStep,
        name: 'peak-memory',
        value: 412 * 1024 ** 2,
        unit: 'bytes',
      },
      { ...ofStep, name: 'peak-cpu', value: 1.3449, unit: 'cores' },
      {
        ...ofStep,
        step: 'push-image',
        name: 'peak-cpu',
        value: 9,
        unit: 'cores',
      },
    ];
    renderPage(page, { api });
    expect(await screen.findByText('412 MiB')).toHaveAttribute(
      'title',
      expect.stringContaining('every 15 seconds'),
    );
    expect(screen.getByText('1.34 cores')).toBeInTheDocument();
    expect(screen.queryByText('7 GiB')).not.toBeInTheDocument();
    expect(screen.queryByText('9 cores')).not.toBeInTheDocument();
  });

  it('shows the PipelineRun as YAML, read only when somebody looks', async () => {
    const api = onCluster({});
    api.artifacts = [
      {
        id: 'run-1',
        type: 'pipeline-run',
        name: 'docker-abc-1',
        mediaType: 'application/yaml',
        downloadable: true,
      },
    ];
    api.executions = [
      anExecution({ name: 'docker-abc-1', namespace: 'builds-guests' }),
    ];
    api.artifactTexts = { 'run-1': YAML };
    const read = jest.spyOn(api, 'readArtifact');
    renderPage(page, { api });
    const card = await screen.findByRole('region', { name: 'PipelineRun' });
    expect(read).not.toHaveBeenCalled();

    const user = userEvent.setup();
    const write = jest.spyOn(navigator.clipboard, 'writeText');
    await user.click(within(card).getByRole('button', { name: 'Show YAML' }));
    const dialog = await screen.findByRole('dialog', { name: 'docker-abc-1' });
    expect(
      (await within(dialog).findByText(/kind: PipelineRun/)).textContent,
    ).toBe(YAML);
    expect(
      await within(dialog).findByRole('link', { name: 'Download YAML' }),
    ).toHaveAttribute(
      'href',
      await api.getArtifactDownloadUrl('build-1', 'run-1'),
    );
    await user.click(
      within(dialog).getByRole('button', {
        name: 'Copy the YAML of the PipelineRun',
      }),
    );
    expect(write).toHaveBeenCalledWith(YAML);

    await user.click(
      within(dialog).getAllByRole('button', { name: 'Close' }).at(-1)!,
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    // It has changed since: it is read once more.
    api.artifactTexts = { 'run-1': `${YAML}status: {}\n` };
    await user.click(within(card).getByRole('button', { name: 'Show YAML' }));
    expect(await screen.findByText(/status: \{\}/)).toBeInTheDocument();
  });

  it('says why the YAML cannot be shown, and tries again', async () => {
    const api = onCluster({});
    api.artifacts = [
      { id: 'run-1', type: 'pipeline-run', name: 'r', downloadable: true },
    ];
    api.artifactTexts = { 'run-1': YAML };
    const read = jest.spyOn(api, 'readArtifact');
    read.mockRejectedValueOnce(await aRefusal(404, 'The bytes are gone.'));
    renderPage(page, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Show YAML' }),
    );
    expect(await screen.findByText(/The bytes are gone/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/kind: PipelineRun/)).toBeInTheDocument();
  });

  it('does not take the PipelineRun for an image', async () => {
    const api = onCluster({
      status: 'completed',
      phase: undefined,
      finishedAt: '2026-01-02T03:05:05.000Z',
    });
    api.artifacts = [
      { id: 'run-1', type: 'pipeline-run', name: 'r', downloadable: true },
    ];
    renderPage(page, { api });
    const result = await screen.findByRole('region', { name: 'Result' });
    expect(
      await screen.findByRole('region', { name: 'PipelineRun' }),
    ).toBeInTheDocument();
    expect(result).not.toHaveTextContent('Digest');
    expect(
      within(result).queryByText('Download archive'),
    ).not.toBeInTheDocument();
  });

  it('tells a lost node and the next attempt as a story', async () => {
    const api = onCluster({ attempt: 2 });
    const at = '2026-01-02T03:04:05.000Z';
    const actor = 'system';
    api.events = [
      { attempt: 1, executor: 'eu-1' },
      {
        attempt: 1,
        class: 'infrastructure',
        message: 'Node worker-2 is gone.',
      },
      { attempt: 2, executor: 'eu-1' },
    ].map((data, index) => ({
      sequence: index + 1,
      type: index === 1 ? 'requeued' : 'claimed',
      at,
      actor,
      data,
    }));
    renderPage(page, { api });
    await screen.findByText(
      'Tried again as attempt 2, handed to an executor: Europe',
    );
    const history = screen.getByRole('region', { name: 'History' });
    expect(
      within(history)
        .getAllByRole('listitem')
        .map(item => [...item.children].slice(0, -1).map(c => c.textContent)),
    ).toEqual([
      ['Attempt 1 handed to an executor: Europe'],
      [
        'Attempt 1 ended by a fault of the infrastructure; it is tried again',
        'Node worker-2 is gone.',
      ],
      ['Tried again as attempt 2, handed to an executor: Europe'],
    ]);
  });

  it('tells which node each attempt ran on, what it met there, and where its log is', async () => {
    const api = onCluster({ attempt: 2 });
    const step = aStep({
      name: 'build-image',
      status: 'failed',
      startedAt: '2026-01-02T03:04:20.000Z',
      pod: 'docker-1-pod',
    });
    api.executions = [
      anExecution({
        attempt: 1,
        executor: 'eu-1',
        status: 'lost',
        startedAt: '2026-01-02T03:04:05.000Z',
        finishedAt: '2026-01-02T03:06:15.000Z',
        failure: {
          class: 'infrastructure',
          message: 'The node worker-2, which ran the build, is lost.',
        },
        lostNodes: ['worker-2'],
      }),
      anExecution({
        attempt: 2,
        executor: 'eu-1',
        startedAt: '2026-01-02T03:06:45.000Z',
      }),
    ];
    api.stepsOfAttempt = {
      1: [{ ...step, node: 'worker-2' }],
      2: [{ ...step, status: 'running', node: 'worker-3' }],
    };
    api.events = [
      {
        sequence: 1,
        type: 'held-up',
        at: '2026-01-02T03:06:50.000Z',
        actor: 'system',
        data: { attempt: 2, reason: 'Unschedulable', message: '0/3 nodes' },
      },
    ];
    renderPage(page, { api });
    const story = await screen.findByRole('region', { name: 'What happened' });
    await within(story).findByText(/It ran on worker-2 \(Europe\)/);
    const [first, second] = within(story).getAllByRole('listitem');
    expect(first).toHaveTextContent(/^Attempt 1Lost/);
    expect(first).toHaveTextContent(
      /It ran on worker-2 \(Europe\) for 2 m 10 s, until .+ Then it was lost:The node worker-2, which ran the build, is lost\.$/,
    );
    expect(
      within(first).getByRole('link', { name: 'Log of build-image' }),
    ).toHaveAttribute('href', '/?attempt=1&step=build-image');
    expect(second).toHaveTextContent(/^Attempt 2Running/);
    expect(second).toHaveTextContent(
      'It was tried again by itself 30 s later. It keeps off worker-2.',
    );
    expect(second).toHaveTextContent(
      /Held up before its first step: No node of the cluster has room.+Unschedulable: 0\/3 nodes/,
    );
    expect(second).toHaveTextContent(/It has run on worker-3 \(Europe\) for/);
  });

  it('links to the tools of the cluster, from the run and from each step', async () => {
    const api = onCluster({});
    const link = (title: string) => ({
      title,
      url: `https://tools.example.com/${title}`,
    });
    api.executions = [
      anExecution({
        executor: 'eu-1',
        namespace: 'builds-guests',
        links: [link('Tekton')],
      }),
    ];
    api.steps = [
      aStep({
        name: 'build-image',
        status: 'running',
        pod: 'docker-1-pod',
        links: [link('Grafana')],
      }),
    ];
    renderPage(page, { api });
    const card = await screen.findByRole('region', { name: 'PipelineRun' });
    expect(within(card).getByText('builds-guests')).toBeInTheDocument();
    expect(within(card).getByText('docker-1f0c2a64-1')).toBeInTheDocument();
    const inCard = within(card).getByRole('link', {
      name: 'Tekton (opens in a new tab)',
    });
    expect(inCard).toHaveAttribute('href', 'https://tools.example.com/Tekton');
    expect(inCard).toHaveAttribute('rel', 'noopener noreferrer');
    expect(
      await screen.findByRole('link', { name: 'Grafana (opens in a new tab)' }),
    ).toHaveAttribute('href', 'https://tools.example.com/Grafana');
  });

  it('shows the YAML of the attempt that is shown, and none of another', async () => {
    const api = onCluster({ attempt: 2 });
    for (const attempt of [1, 2]) {
      api.artifactsOfAttempt[attempt] = [
        {
          id: `run-${attempt}`,
          type: 'pipeline-run',
          name: `docker-1f0c2a64-${attempt}`,
          downloadable: true,
        },
      ];
    }
    api.artifactTexts = { 'run-1': YAML, 'run-2': 'kind: Another\n' };
    api.executions = [
      anExecution({ attempt: 1, status: 'lost', namespace: 'builds-guests' }),
      anExecution({ attempt: 2, namespace: 'builds-guests' }),
    ];
    renderPage(page, { api, path: '/?attempt=1' });
    const card = await screen.findByRole('region', { name: 'PipelineRun' });
    await within(card).findByText('docker-1f0c2a64-1');
    await userEvent.click(
      await within(card).findByRole('button', { name: 'Show YAML' }),
    );
    const dialog = await screen.findByRole('dialog', {
      name: 'docker-1f0c2a64-1',
    });
    expect(
      await within(dialog).findByText(/kind: PipelineRun/),
    ).toBeInTheDocument();
  });

  it('says of a build that waits for its next attempt what went wrong, and when that comes', async () => {
    const api = onCluster({
      status: 'queued',
      phase: undefined,
      notBefore: new Date(Date.now() + 300_000).toISOString(),
      failure: { class: 'infrastructure', message: 'Node worker-2 is gone.' },
    });
    api.waitReason = {
      waiting: true,
      code: 'BACKOFF',
      message: 'Attempt 1 of 3 was lost.',
      hint: 'Node worker-2 is gone.',
    };
    renderPage(page, { api });
    const card = await findWhy();
    await within(card).findByText(/Attempt 1 of 3 ended by a fault/);
    expect(card).toHaveTextContent(/begins in (5 m|4 m)/);
    expect(card).toHaveTextContent('What went wrong: Node worker-2 is gone.');
    expect(card).not.toHaveTextContent('What to do');
  });
});
