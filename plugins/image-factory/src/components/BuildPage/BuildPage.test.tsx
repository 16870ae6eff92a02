import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  ManualSignals,
  aBuild,
  aRefusal,
  aStep,
  renderPage,
} from '../../__testUtils__';
import { BuildPage } from './BuildPage';

const running = {
  status: 'running',
  phase: 'running',
  attempt: 1,
  startedAt: '2026-01-02T03:04:05.000Z',
} as const;
const completed = {
  ...running,
  status: 'completed',
  phase: undefined,
  finishedAt: '2026-01-02T03:04:17.000Z',
  digest: 'sha256:abc',
  sizeBytes: 1024,
} as const;

function aRunningBuild() {
  const api = new FakeImageFactoryApi();
  api.builds = [aBuild({ ...running, number: 3 })];
  api.steps = [
    aStep({ name: 'clone-repo', status: 'completed', exitCode: 0 }),
    aStep({ name: 'build-image', status: 'running', tool: 'buildah 1.28.2' }),
    aStep({ name: 'push-image' }),
  ];
  api.logs = {
    'clone-repo': 'copied 12 files\n',
    'build-image': 'STEP 1/2: FROM scratch\n',
  };
  return api;
}

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

describe('BuildPage on a fake API', () => {
  it('shows the running step and its log by itself', async () => {
    renderPage(<BuildPage buildId="build-1" />, { api: aRunningBuild() });
    expect(
      await screen.findByRole('heading', { name: 'Build #3' }),
    ).toBeInTheDocument();
    const steps = await screen.findByRole('region', { name: 'Steps' });
    expect(
      await within(steps).findByRole('button', { current: 'step' }),
    ).toHaveTextContent('build-image');
    const log = await screen.findByRole('log', { name: 'Log of build-image' });
    expect(
      await within(log).findByText('STEP 1/2: FROM scratch'),
    ).toBeInTheDocument();
  });

  it('tells how to build the same elsewhere once somebody asks', async () => {
    const api = new FakeImageFactoryApi();
    api.builds = [aBuild({ ...completed, number: 3 })];
    api.reproduction = {
      script: 'git clone https://host/site source\ndocker build .\n',
      notes: ['Dates are of the moment.'],
    };
    renderPage(<BuildPage buildId="build-1" />, { api });
    const card = await screen.findByRole('region', {
      name: 'Build it yourself',
    });
    expect(within(card).queryByText(/docker build/)).not.toBeInTheDocument();
    await userEvent.click(
      within(card).getByRole('button', { name: 'Show the commands' }),
    );
    expect(await within(card).findByText(/docker build/)).toBeInTheDocument();
    expect(
      within(card).getByRole('button', { name: 'Copy the commands' }),
    ).toBeInTheDocument();
    expect(within(card).getByText('Dates are of the moment.')).toBeVisible();
  });

  it('stays with the step that the reader has chosen', async () => {
    const signals = new ManualSignals();
    const api = aRunningBuild();
    renderPage(<BuildPage buildId="build-1" />, { api, signals });
    await userEvent.click(
      await screen.findByRole('button', { name: /clone-repo/ }),
    );
    expect(await screen.findByText('copied 12 files')).toBeInTheDocument();

    api.steps[1].status = 'failed';
    act(() =>
      signals.send({
        buildId: 'build-1',
        change: 'build',
      }),
    );
    expect(await screen.findByText(/exit code|Failed/)).toBeInTheDocument();
    expect(
      screen.getByRole('log', { name: 'Log of clone-repo' }),
    ).toBeInTheDocument();
  });

  it('shows of sources in git the ref and the commit', async () => {
    const api = aRunningBuild();
    const commit = '0123456789abcdef0123456789abcdef01234567';
    api.builds[0].source = {
      type: 'git',
      location: 'git.example.com/team/app (site)',
      ref: 'v1.2',
      commit,
    };
    renderPage(<BuildPage buildId="build-1" />, { api });
    const inputs = await screen.findByRole('region', { name: 'Inputs' });
    expect(inputs).toHaveTextContent('git.example.com/team/app (site)');
    expect(inputs).toHaveTextContent(/Git ref\s*v1\.2/);
    expect(within(inputs).getByText('0123456')).toHaveAttribute(
      'title',
      commit,
    );
  });

  it('goes from running to completed on a signal and shows the image', async () => {
    const signals = new ManualSignals();
    const api = aRunningBuild();
    renderPage(<BuildPage buildId="build-1" />, { api, signals });
    await screen.findByRole('region', { name: 'Steps' });
    expect(
      screen.getByRole('button', { name: 'Cancel build' }),
    ).toBeInTheDocument();

    Object.assign(api.builds[0], completed);
    api.artifacts = [
      {
        id: 'image-1',
        type: 'image',
        name: 'image',
        platform: 'linux/amd64',
        downloadable: false,
      },
      {
        id: 'archive-1',
        type: 'image-archive',
        name: 'hello-site-1.tar',
        downloadable: true,
      },
    ];
    act(() =>
      signals.send({
        buildId: 'build-1',
        change: 'build',
      }),
    );
    const result = await screen.findByRole('region', { name: 'Result' });
    expect(factOf(result, 'Image')).toHaveTextContent('hello-site:1');
    expect(factOf(result, 'Digest')).toHaveTextContent('sha256:abc');
    expect(factOf(result, 'Size')).toHaveTextContent('1.0 KiB');
    expect(factOf(result, 'Duration')).toHaveTextContent('12 s');
    expect(await within(result).findByText('linux/amd64')).toBeInTheDocument();
    // An archive has an image for each of its tags, and the tool takes one.
    expect(
      within(result).getByText(
        'skopeo inspect oci-archive:hello-site-1.tar:hello-site:1',
      ),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Cancel build' }),
    ).not.toBeInTheDocument();
    expect(announcements()).toContain('Build #3: Completed');
  });

  it('tells how to pull an image that was pushed, by its digest, and offers no archive', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const reference = `registry.example.com/guests/hello-site@${digest}`;
    const api = aRunningBuild();
    Object.assign(api.builds[0], completed, {
      image: 'registry.example.com/guests/hello-site:3',
      digest,
    });
    api.artifacts = [
      {
        id: 'image-1',
        type: 'image',
        name: 'registry.example.com/guests/hello-site:3',
        reference,
        digest,
        downloadable: false,
      },
    ];
    renderPage(<BuildPage buildId="build-1" />, { api });
    const result = await screen.findByRole('region', { name: 'Result' });
    const commands = await within(result).findByRole('list', {
      name: 'Get the image',
    });
    expect(
      within(commands)
        .getAllByRole('listitem')
        .map(item => item.querySelector('code')?.textContent),
    ).toEqual([
      `docker pull ${reference}`,
      `podman pull ${reference}`,
      `skopeo inspect docker://${reference}`,
    ]);
    expect(factOf(result, 'Image')).toHaveTextContent(
      'registry.example.com/guests/hello-site:3',
    );
    expect(factOf(result, 'Digest')).toHaveTextContent(digest);

    const user = userEvent.setup();
    const write = jest.spyOn(navigator.clipboard, 'writeText');
    await user.click(
      within(commands).getByRole('button', {
        name: 'Copy the command for docker',
      }),
    );
    expect(write).toHaveBeenCalledWith(`docker pull ${reference}`);
    expect(
      within(result).queryByText('Download archive'),
    ).not.toBeInTheDocument();
  });

  it('says why it failed, whose it is to mend, where, and what to do', async () => {
    const api = aRunningBuild();
    Object.assign(api.builds[0], {
      status: 'failed',
      phase: undefined,
      finishedAt: completed.finishedAt,
      failure: {
        class: 'user',
        message: 'COPY needs "sites/", which is not in the build context.',
        step: 'build-image',
        file: 'Dockerfile',
        line: 4,
        instruction: 'COPY sites/ /srv/www/',
        hint: 'Did you mean "site/"?',
        evidenceLine: 1,
      },
    });
    api.steps[1] = aStep({
      name: 'build-image',
      status: 'failed',
      exitCode: 125,
    });
    renderPage(<BuildPage buildId="build-1" />, { api });
    const card = await screen.findByRole('region', { name: 'Why it failed' });
    expect(card).toHaveTextContent('your sources');
    expect(within(card).getByText('Dockerfile:4')).toBeInTheDocument();
    expect(within(card).getByText('COPY sites/ /srv/www/')).toBeInTheDocument();
    expect(card).toHaveTextContent('What to do: Did you mean "site/"?');

    await userEvent.click(
      await screen.findByRole('button', { name: /clone-repo/ }),
    );
    await screen.findByRole('log', { name: 'Log of clone-repo' });
    await userEvent.click(
      within(card).getByRole('button', { name: /Evidence: line 1/ }),
    );
    expect(
      await screen.findByRole('log', { name: 'Log of build-image' }),
    ).toBeInTheDocument();
  });

  it('waits, and does not run, once a lost attempt is back in the queue', async () => {
    const api = aRunningBuild();
    Object.assign(api.builds[0], { status: 'queued', phase: undefined });
    renderPage(<BuildPage buildId="build-1" />, { api });
    expect(await screen.findByText(/^waiting for/)).toBeInTheDocument();
    expect(screen.queryByText(/^running for/)).not.toBeInTheDocument();
    expect(screen.queryByText(/^ran/)).not.toBeInTheDocument();
  });

  it('offers the log of the attempt that is shown as a link', async () => {
    const api = aRunningBuild();
    api.builds[0].attempt = 2;
    renderPage(<BuildPage buildId="build-1" />, { api });
    expect(
      await screen.findByRole('link', { name: 'Download log' }),
    ).toHaveAttribute('href', await api.getLogDownloadUrl('build-1', 2));
  });

  it('says why it waits and what is ahead', async () => {
    const api = new FakeImageFactoryApi();
    api.builds = [aBuild()];
    api.waitReason = {
      waiting: true,
      code: 'TOOL_MISSING',
      message: 'No container builder was found.',
      hint: 'Install podman or buildah.',
      position: 3,
      ahead: 2,
    };
    renderPage(<BuildPage buildId="build-1" />, { api });
    const card = await screen.findByRole('region', { name: 'Why it waits' });
    expect(
      await within(card).findByText('No container builder was found.'),
    ).toBeInTheDocument();
    expect(card).toHaveTextContent('Number 3 in the queue · 2 ahead');
    expect(card).toHaveTextContent('What to do: Install podman or buildah.');
  });

  function aFailedBuild() {
    const api = aRunningBuild();
    Object.assign(api.builds[0], {
      status: 'failed',
      phase: undefined,
      finishedAt: completed.finishedAt,
      failure: { class: 'user', message: 'Dockerfile:1 is wrong.' },
    });
    return api;
  }

  it('starts a build that was held', async () => {
    const api = new FakeImageFactoryApi();
    api.builds = [aBuild({ status: 'pending', queuedAt: undefined })];
    renderPage(<BuildPage buildId="build-1" />, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Start build' }),
    );
    expect(await screen.findByText('Queued')).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Start build' }),
    ).not.toBeInTheDocument();
  });

  it('tries a failed build again in place', async () => {
    const api = aFailedBuild();
    renderPage(<BuildPage buildId="build-1" />, { api });
    await userEvent.click(await screen.findByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('Queued')).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Retry' }),
    ).not.toBeInTheDocument();
  });

  it.each([
    'Rebuild with what the component says now',
    'Rebuild with the same inputs',
  ])('offers on a build that is over: %s', async choice => {
    const api = aFailedBuild();
    renderPage(<BuildPage buildId="build-1" />, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Rebuild' }),
    );
    await userEvent.click(
      await screen.findByRole('menuitem', { name: choice }),
    );
    await waitFor(() =>
      expect(api.builds.map(build => build.rebuildOf)).toContain('build-1'),
    );
  });

  it('says why a build could not be tried again', async () => {
    const api = aFailedBuild();
    renderPage(<BuildPage buildId="build-1" />, { api });
    const retry = await screen.findByRole('button', { name: 'Retry' });
    api.failure = new Error('Build #3 is completed already.');
    await userEvent.click(retry);
    expect(
      await screen.findByText('Build #3 is completed already.'),
    ).toBeInTheDocument();
  });

  it('cancels only after it has asked', async () => {
    const api = aRunningBuild();
    renderPage(<BuildPage buildId="build-1" />, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Cancel build' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(api.builds[0].status).toBe('running');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Cancel build' }),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(await screen.findByText('Cancelled')).toBeInTheDocument();
  });

  it('keeps what it shows and says that it is out of date when the backend refuses', async () => {
    const signals = new ManualSignals();
    const api = aRunningBuild();
    renderPage(<BuildPage buildId="build-1" />, { api, signals });
    await screen.findByRole('region', { name: 'Steps' });
    api.failure = await aRefusal(503, 'The database does not answer.');
    act(() =>
      signals.send({
        buildId: 'build-1',
        change: 'build',
      }),
    );
    expect(await screen.findByText('Live updates paused')).toBeInTheDocument();
    expect(
      screen.getByRole('heading', { name: 'Build #3' }),
    ).toBeInTheDocument();
  });

  it('says within seconds that what it says of a wait may be out of date, also where a signal was just heard', async () => {
    jest.useFakeTimers();
    try {
      const signals = new ManualSignals();
      const api = aRunningBuild();
      Object.assign(api.builds[0], { status: 'queued', phase: undefined });
      api.waitReason = { waiting: true, message: 'It starts soon.' };
      renderPage(<BuildPage buildId="build-1" />, { api, signals });
      await act(() => jest.advanceTimersByTimeAsync(100));
      act(() => signals.send({ buildId: 'build-1', change: 'build' }));
      await act(() => jest.advanceTimersByTimeAsync(1_000));
      expect(screen.getByText('It starts soon.')).toBeInTheDocument();
      api.failure = new TypeError('Failed to fetch');
      await act(() => jest.advanceTimersByTimeAsync(5_500));
      expect(screen.getByText('Live updates paused')).toBeInTheDocument();
    } finally {
      jest.useRealTimers();
    }
  });

  it('says what could not be loaded and tries again when asked to', async () => {
    const api = aRunningBuild();
    api.failure = await aRefusal(422, 'The store is broken.');
    renderPage(<BuildPage buildId="build-1" />, { api });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The store is broken.',
    );
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('heading', { name: 'Build #3' }),
    ).toBeInTheDocument();
  });

  it.each([
    [404, 'Build 1c8e is not here.'],
    [400, 'request/params/buildId must match format "uuid"'],
  ])(
    'leads from an address without a build to those that are there (%i)',
    async (status, message) => {
      const api = aRunningBuild();
      api.failure = await aRefusal(status, message);
      renderPage(<BuildPage buildId="nothing" />, { api });
      expect(
        await screen.findByRole('heading', { name: 'There is no such build' }),
      ).toBeInTheDocument();
      expect(
        screen.getByRole('link', { name: 'See all builds' }),
      ).toHaveAttribute('href', '/image-factory/builds');
      expect(screen.queryByText(message)).toBeNull();
    },
  );

  it('says beside its title what it builds', async () => {
    renderPage(<BuildPage buildId="build-1" />, { api: aRunningBuild() });
    expect(await screen.findByText('of hello-site')).toBeInTheDocument();
  });

  it('follows a build by polling where there are no signals', async () => {
    jest.useFakeTimers();
    try {
      const api = aRunningBuild();
      renderPage(<BuildPage buildId="build-1" />, { api });
      await act(() => jest.advanceTimersByTimeAsync(100));
      expect(announcements()).toContain('Build #3: Running');
      Object.assign(api.builds[0], completed);
      await act(() => jest.advanceTimersByTimeAsync(2_500));
      expect(announcements()).toContain('Build #3: Completed');
    } finally {
      jest.useRealTimers();
    }
  });
});

function announcements() {
  return screen.getAllByRole('status').map(status => status.textContent);
}

function factOf(region: HTMLElement, term: string): HTMLElement {
  const name = within(region).getByText(term, { selector: 'dt' });
  return within(name.parentElement as HTMLElement).getByRole('definition');
}
