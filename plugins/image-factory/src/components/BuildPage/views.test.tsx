import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  ManualSignals,
  aBuild,
  aCluster,
  aRefusal,
  aStep,
  anExecutor,
  renderPage,
  retriedBuild,
} from '../../__testUtils__';
import { BuildPage } from './BuildPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

const page = <BuildPage buildId="build-1" />;
const tab = (name: string) => screen.findByRole('tab', { name });
const timeline = () => screen.findByRole('table');
const aFrame = () =>
  new Promise<void>(resolve => {
    requestAnimationFrame(() => resolve());
  });
const texts = (row: HTMLElement) =>
  [...row.children].slice(0, 3).map(cell => cell.textContent);

describe('the views of a build, on a fake API', () => {
  it('shows the run first, and whatever the address asks for', async () => {
    renderPage(page, { api: retriedBuild() });
    expect(await tab('Run')).toHaveAttribute('aria-selected', 'true');
    expect(
      await screen.findByRole('region', { name: 'Steps' }),
    ).toBeInTheDocument();

    await userEvent.click(await tab('Timeline'));
    expect(
      await screen.findByRole('region', { name: 'Timeline' }),
    ).toBeInTheDocument();
    expect(screen.queryByRole('region', { name: 'Steps' })).toBeNull();
  });

  it('brings the tabs into view with another view, and not with another count', async () => {
    const api = retriedBuild();
    const artifact = (name: string) =>
      ({ id: name, type: 'sbom', name, downloadable: false } as const);
    api.artifacts = [artifact('one')];
    const signals = new ManualSignals();
    renderPage(page, { api, signals, path: '/?view=artifacts' });
    await tab('Artifacts (1)');
    await aFrame();

    const scroll = jest.spyOn(Element.prototype, 'scrollIntoView');
    api.artifacts = [artifact('one'), artifact('two')];
    act(() => signals.send({ buildId: 'build-1', change: 'build' }));
    await tab('Artifacts (2)');
    await aFrame();
    expect(scroll).not.toHaveBeenCalled();

    await userEvent.click(await tab('Timeline'));
    await waitFor(() =>
      expect(scroll.mock.contexts).toEqual([
        screen.getByRole('tab', { name: 'Timeline' }),
      ]),
    );
    scroll.mockRestore();
  });

  it('moves no more than the tabs where the one that is shown grows out of view', async () => {
    const api = retriedBuild();
    const artifact = {
      type: 'sbom',
      name: 'one',
      downloadable: false,
    } as const;
    const signals = new ManualSignals();
    renderPage(page, { api, signals, path: '/?view=artifacts' });
    const shown = await tab('Artifacts');
    await aFrame();
    const list = shown.closest<HTMLElement>('.viewTabs')!;
    jest
      .spyOn(list, 'getBoundingClientRect')
      .mockReturnValue(new DOMRect(0, 0, 400, 40));
    jest
      .spyOn(shown, 'getBoundingClientRect')
      .mockReturnValue(new DOMRect(340, 0, 90, 40));

    api.artifacts = [{ id: 'one', ...artifact }];
    act(() => signals.send({ buildId: 'build-1', change: 'build' }));
    await tab('Artifacts (1)');
    await waitFor(() => expect(list.scrollLeft).toBe(30));
  });

  it('draws the attempts one after another, and says the same in words', async () => {
    renderPage(page, { api: retriedBuild(), path: '/?view=timeline' });
    const table = await timeline();
    await waitFor(() =>
      expect(
        within(table)
          .getAllByRole('row')
          .slice(1)
          .map(row =>
            texts(row)
              .map((text, index) => (index === 1 ? '' : text))
              .join('|'),
          ),
      ).toEqual([
        'Attempt 1Failed',
        'Queued||8 s',
        'Starting||12 s',
        'Failedbuild-image||39 s',
        'Skippedpush-image||Skipped',
        'Then nothing for 59 m 00 s, until it was tried again',
        'Attempt 2Completed',
        'Queued||2 s',
        'Starting||10 s',
        'Completedbuild-image||28 s',
        'Completedpush-image||9 s',
      ]),
    );
    const bars = table.querySelectorAll<HTMLElement>(
      '[title]:not(span):not(time)',
    );
    const starts = [...bars].map(bar =>
      parseFloat(bar.style.insetInlineStart || '0'),
    );
    expect(starts).toEqual([...starts].sort((one, other) => one - other));
  });

  it('leads from a step of any attempt to its log', async () => {
    const api = retriedBuild();
    const readLog = jest.spyOn(api, 'readLog');
    renderPage(page, { api, path: '/?view=timeline' });
    const table = await timeline();
    const [first] = await within(table).findAllByRole('link', {
      name: 'build-image',
    });
    await userEvent.click(first);
    expect(await tab('Run')).toHaveAttribute('aria-selected', 'true');
    await screen.findByRole('log', { name: 'Log of build-image' });
    expect(readLog).toHaveBeenCalledWith(
      'build-1',
      expect.objectContaining({ attempt: 1, step: 'build-image' }),
    );
  });

  it('leads from the evidence of a failure to its line, whatever is shown', async () => {
    renderPage(page, {
      api: retriedBuild(),
      path: '/?view=graph&attempt=1',
    });
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Evidence: line 2 of build-image',
      }),
    );
    expect(await tab('Run')).toHaveAttribute('aria-selected', 'true');
    await waitFor(() =>
      expect(document.querySelector('[data-line="2"] a')).toHaveAttribute(
        'href',
        '/?attempt=1&step=build-image#L2',
      ),
    );
  });

  it('keeps the view while it goes from attempt to attempt', async () => {
    renderPage(page, { api: retriedBuild(), path: '/?view=graph' });
    expect(
      await screen.findByText('docker-1-pod on worker-2'),
    ).toBeInTheDocument();
    const attempts = await screen.findByRole('navigation', {
      name: 'Attempts',
    });
    await userEvent.click(
      within(attempts).getByRole('link', { name: 'Attempt 1' }),
    );
    expect(await tab('Graph')).toHaveAttribute('aria-selected', 'true');
    expect(
      await screen.findByText('docker-1-pod on worker-1'),
    ).toBeInTheDocument();
  });

  it('names the executor of the attempt that is shown, not that of the latest', async () => {
    const api = retriedBuild();
    api.executors = [aCluster(), anExecutor()];
    api.executions[0].executor = 'local';
    api.stepsOfAttempt[1] = [aStep({ name: 'build-image' })];
    renderPage(page, { api, path: '/?view=graph&attempt=1' });
    const graph = await screen.findByRole('group', {
      name: 'Tasks and steps of build #7',
    });
    expect(await within(graph).findByText('This machine')).toBeInTheDocument();
    expect(within(graph).queryByText('Europe')).toBeNull();
  });

  it('shows tasks as a list of lists, with what each comes after', async () => {
    const api = retriedBuild();
    const of = (task: string, ...runAfter: string[]) => ({ task, runAfter });
    api.stepsOfAttempt[2] = [
      aStep({ name: 'clone-repo', ...of('clone') }),
      aStep({ name: 'build-amd64', ...of('amd64', 'clone') }),
      aStep({ name: 'build-arm64', ...of('arm64', 'clone') }),
      aStep({ name: 'push-image', ...of('index', 'amd64', 'arm64') }),
    ];
    renderPage(page, { api, path: '/?view=graph' });
    const graph = await screen.findByRole('group', {
      name: 'Tasks and steps of build #7',
    });
    await within(graph).findByText('clone');
    const [list] = within(graph).getAllByRole('list');
    expect([...list.children].map(task => task.textContent)).toEqual([
      'cloneNot startedclone-repo',
      'amd64after cloneNot startedbuild-amd64',
      'arm64after cloneNot startedbuild-arm64',
      'indexafter amd64, arm64Not startedpush-image',
    ]);
    expect(graph.querySelectorAll('svg path[marker-end]')).toHaveLength(4);
  });

  it('says why there is no timeline, and tries again', async () => {
    const api = retriedBuild();
    jest
      .spyOn(api, 'listExecutions')
      .mockRejectedValueOnce(await aRefusal(403, 'You may not see them.'));
    renderPage(page, { api, path: '/?view=timeline' });
    const region = await screen.findByRole('region', { name: 'Timeline' });
    expect(
      await within(region).findByText(/You may not see them/),
    ).toBeInTheDocument();
    await userEvent.click(
      within(region).getByRole('button', { name: 'Try again' }),
    );
    expect(await timeline()).toBeInTheDocument();
  });

  it('tells of a build that is held that there is nothing to show yet', async () => {
    const api = new FakeImageFactoryApi();
    api.builds = [aBuild({ status: 'pending' })];
    renderPage(page, { api, path: '/?view=timeline' });
    expect(await screen.findByText(/The build is held/)).toBeInTheDocument();
  });
});
