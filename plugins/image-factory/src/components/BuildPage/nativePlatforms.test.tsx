import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StepStatus } from '@image-factory/backstage-plugin-image-factory-common';
import {
  FakeImageFactoryApi,
  aBuild,
  aCluster,
  aStep,
  anExecution,
  anExecutor,
  renderPage,
} from '../../__testUtils__';
import { BuildPage } from './BuildPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

const NODES: Record<string, string> = { amd64: 'worker-1', arm64: 'worker-2' };

/** A build for two platforms, each on nodes of its own, then their index. */
function native(statuses: Record<string, StepStatus[]>) {
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
    }),
  ];
  api.executions = [anExecution()];
  const steps = Object.keys(NODES).flatMap(architecture =>
    ['build-image', 'scan-image', 'push-image'].map((name, place) => ({
      name: `${name}-linux-${architecture}`,
      task: `build-linux-${architecture}`,
      pod: `buildx-1-build-linux-${architecture}-pod`,
      node: NODES[architecture],
      status: statuses[architecture][place],
      startedAt:
        statuses[architecture][place] === 'pending'
          ? undefined
          : '2026-01-02T03:04:15.000Z',
    })),
  );
  api.steps = [
    ...steps,
    {
      name: 'push-index',
      task: 'create-index',
      runAfter: ['build-linux-amd64', 'build-linux-arm64'],
      status: 'pending' as const,
    },
  ].map((step, ordinal) =>
    aStep({ ...step, id: `step-${ordinal}`, ordinal, logBytes: 40 }),
  );
  api.logs = Object.fromEntries(
    api.steps.map(({ name }) => [name, `What ${name} says\n`]),
  );
  return api;
}

const page = <BuildPage buildId="build-1" />;

describe('a build whose platforms run at once, on a fake API', () => {
  it('lists each step of each platform with its node, and shows the log of the one that is chosen', async () => {
    renderPage(page, {
      api: native({
        amd64: ['completed', 'running', 'pending'],
        arm64: ['running', 'pending', 'pending'],
      }),
    });
    const steps = await screen.findByRole('region', { name: 'Steps' });
    for (const architecture of Object.keys(NODES)) {
      for (const step of ['build-image', 'scan-image', 'push-image']) {
        expect(
          await within(steps).findAllByText(`${step}-linux-${architecture}`),
        ).toHaveLength(1);
      }
    }
    expect(within(steps).getAllByText('push-index')).toHaveLength(1);

    await userEvent.click(within(steps).getByText('build-image-linux-arm64'));
    const log = await screen.findByRole('log', {
      name: 'Log of build-image-linux-arm64',
    });
    expect(
      await within(log).findByText('What build-image-linux-arm64 says'),
    ).toBeInTheDocument();
    expect(await screen.findByText('worker-2')).toBeInTheDocument();
  });

  it('draws both platforms beside each other, and the index after both', async () => {
    renderPage(page, {
      api: native({
        amd64: ['completed', 'running', 'pending'],
        arm64: ['running', 'pending', 'pending'],
      }),
      path: '/?view=graph',
    });
    const graph = await screen.findByRole('group', {
      name: 'Tasks and steps of build #3',
    });
    await within(graph).findByText('create-index');
    const [list] = within(graph).getAllByRole('list');
    expect([...list.children].map(task => task.textContent)).toEqual([
      expect.stringMatching(
        /^build-linux-amd64.*worker-1.*build-image-linux-amd64.*push-image-linux-amd64$/,
      ),
      expect.stringMatching(
        /^build-linux-arm64.*worker-2.*build-image-linux-arm64.*push-image-linux-arm64$/,
      ),
      expect.stringMatching(
        /^create-indexafter build-linux-amd64, build-linux-arm64.*push-index$/,
      ),
    ]);
  });

  it('tells each step once in the timeline, under its own name', async () => {
    renderPage(page, {
      api: native({
        amd64: ['completed', 'completed', 'running'],
        arm64: ['completed', 'running', 'pending'],
      }),
      path: '/?view=timeline',
    });
    const table = await screen.findByRole('table');
    for (const architecture of Object.keys(NODES)) {
      expect(
        await within(table).findAllByText(`build-image-linux-${architecture}`),
      ).toHaveLength(1);
    }
  });

  it('waits with what was found until the last platform is scanned', async () => {
    const api = native({
      amd64: ['completed', 'completed', 'running'],
      arm64: ['completed', 'running', 'pending'],
    });
    const asked = jest.spyOn(api, 'listVulnerabilities');
    renderPage(page, { api, path: '/?view=vulnerabilities' });
    expect(await screen.findByText('Not scanned yet')).toBeInTheDocument();
    expect(asked).not.toHaveBeenCalled();
  });
});
