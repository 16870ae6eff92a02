import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  Build,
  ClusterEvent,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  FakeImageFactoryApi,
  ManualSignals,
  aBuild,
  aCluster,
  aRefusal,
  anExecution,
  anExecutor,
  renderPage,
} from '../../__testUtils__';
import { BuildPage } from './BuildPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

function anEvent(change: Partial<ClusterEvent> = {}): ClusterEvent {
  return {
    key: 'event-1',
    type: 'Normal',
    object: { kind: 'Pod', name: 'docker-1-build-pod' },
    reason: 'Pulling',
    message: 'Pulling image "registry.example.com/tools"',
    count: 1,
    firstSeenAt: '2026-01-02T03:04:06.000Z',
    lastSeenAt: '2026-01-02T03:04:06.000Z',
    ...change,
  };
}

const FAILED = anEvent({
  key: 'event-2',
  type: 'Warning',
  reason: 'Failed',
  message: 'Failed to pull image: not found',
  count: 4,
  lastSeenAt: '2026-01-02T03:06:00.000Z',
});

function onCluster(change: Partial<Build> = {}) {
  const api = new FakeImageFactoryApi();
  api.executors = [anExecutor(), aCluster()];
  api.builds = [
    aBuild({
      status: 'running',
      phase: 'pending',
      phaseReason: 'ImagePullBackOff',
      attempt: 1,
      startedAt: '2026-01-02T03:04:05.000Z',
      executor: 'eu-1',
      ...change,
    }),
  ];
  api.executions = [anExecution({ executor: 'eu-1' })];
  return api;
}

const page = <BuildPage buildId="build-1" />;
const EVENTS = '/?view=events';
/** Each by its reason and then the other cells in their order. */
const rows = async () =>
  (await screen.findAllByRole('row')).slice(1).map(row => {
    const { getByRole, getAllByRole } = within(row);
    return [getByRole('rowheader'), ...getAllByRole('cell')].map(
      cell => cell.textContent,
    );
  });

describe('the events of a cluster, on a fake API', () => {
  it('stand a row each, with how often and since when, and warnings in a word', async () => {
    const api = onCluster();
    api.clusterEvents[1] = { items: [anEvent(), FAILED], truncated: false };
    renderPage(page, { api, path: EVENTS });
    const table = await screen.findByRole('table');
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map(({ textContent }) => textContent),
    ).toEqual(['Last seen', 'Type', 'Object', 'Reason', 'Message', 'Count']);
    const [normal, warning] = await rows();
    expect(normal).toEqual([
      'Pulling',
      expect.not.stringContaining('since'),
      'Normal',
      'Poddocker-1-build-pod',
      'Pulling image "registry.example.com/tools"',
      '1',
    ]);
    expect(warning).toEqual([
      'Failed',
      expect.stringContaining('since'),
      'Warning',
      'Poddocker-1-build-pod',
      'Failed to pull image: not found',
      '4',
    ]);
  });

  it('come live by a signal', async () => {
    const api = onCluster();
    const signals = new ManualSignals();
    renderPage(page, { api, signals, path: EVENTS });
    expect(
      await screen.findByText(/stands here as soon as it tells it/),
    ).toBeInTheDocument();
    api.clusterEvents[1] = { items: [FAILED], truncated: false };
    act(() => signals.send({ buildId: 'build-1', change: 'build' }));
    expect(await screen.findByText('Failed')).toBeInTheDocument();
    expect(screen.queryByText('No events')).not.toBeInTheDocument();
  });

  it('are a click away from what a build waits for', async () => {
    const api = onCluster();
    api.clusterEvents[1] = { items: [FAILED], truncated: false };
    renderPage(page, { api });
    await userEvent.click(
      await screen.findByRole('link', {
        name: 'All that the cluster tells of it',
      }),
    );
    expect(await screen.findByText('Failed')).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: 'Cluster events' })).toHaveAttribute(
      'aria-selected',
      'true',
    );
  });

  it('are of the attempt that is shown', async () => {
    const api = onCluster({ attempt: 2, phase: 'running' });
    api.executions = [1, 2].map(attempt =>
      anExecution({ attempt, executor: 'eu-1', status: 'lost' }),
    );
    api.clusterEvents = {
      1: { items: [FAILED], truncated: false },
      2: { items: [anEvent()], truncated: false },
    };
    renderPage(page, { api, path: `${EVENTS}&attempt=1` });
    expect(await screen.findByText('Failed')).toBeInTheDocument();
    expect(screen.queryByText('Pulling')).not.toBeInTheDocument();
  });

  it('are no view of a build on the own machine', async () => {
    renderPage(page, { api: onCluster({ executor: 'local' }) });
    await screen.findByRole('tab', { name: 'Timeline' });
    expect(
      screen.queryByRole('tab', { name: 'Cluster events' }),
    ).not.toBeInTheDocument();
  });

  it('say why there are none, where the portal may not read them', async () => {
    const api = onCluster();
    api.clusterEvents[1] = {
      items: [],
      truncated: false,
      problem: 'The portal may not read the Events of the namespace builds-a.',
    };
    renderPage(page, { api, path: EVENTS });
    expect(
      await screen.findByText('The events of the cluster are not seen'),
    ).toBeInTheDocument();
    expect(screen.getByText(/namespace builds-a/)).toBeInTheDocument();
    expect(screen.queryByText('No events')).not.toBeInTheDocument();
  });

  it('say that there were none of an attempt that is over, and where there were more than are kept', async () => {
    const api = onCluster({ status: 'completed', phase: undefined });
    const { unmount } = renderPage(page, { api, path: EVENTS });
    expect(
      await screen.findByText(/told nothing of this attempt/),
    ).toBeInTheDocument();
    unmount();
    api.clusterEvents[1] = { items: [FAILED], truncated: true };
    renderPage(page, { api, path: EVENTS });
    expect(await screen.findByText(/The first 1 are kept/)).toBeInTheDocument();
  });

  it('say what went wrong where they cannot be read, and are read again', async () => {
    const api = onCluster();
    api.clusterEvents[1] = await aRefusal(403, 'You may not read builds.');
    renderPage(page, { api, path: EVENTS });
    const alert = await screen.findByText('You may not read builds.');
    api.clusterEvents[1] = { items: [FAILED], truncated: false };
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Failed')).toBeInTheDocument();
    await waitFor(() => expect(alert).not.toBeInTheDocument());
  });
});
