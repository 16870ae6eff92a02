import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  aBuild,
  aComponent,
  aRefusal,
  denying,
  notAMember,
  renderOnEntity,
} from '../../__testUtils__';
import { LatestImageCard } from './LatestImageCard';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

function someBuilds() {
  const api = new FakeImageFactoryApi();
  const startedAt = '2026-01-02T03:04:05.000Z';
  api.builds = [
    aBuild({
      id: 'build-2',
      number: 2,
      image: 'hello-site:2',
      status: 'failed',
      startedAt,
      finishedAt: '2026-01-02T03:04:08.000Z',
    }),
    aBuild({
      id: 'build-1',
      number: 1,
      status: 'completed',
      digest,
      startedAt,
      finishedAt: '2026-01-02T03:04:17.000Z',
    }),
  ];
  return api;
}

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

describe('LatestImageCard on a fake API', () => {
  it('shows the image of the last completed build beside the last build', async () => {
    const user = userEvent.setup();
    const write = jest.spyOn(navigator.clipboard, 'writeText');
    renderOnEntity(<LatestImageCard />, { api: someBuilds() });
    expect(await screen.findByText('hello-site:1')).toBeInTheDocument();
    expect(screen.getByText('sha256:0123456789ab')).toHaveAttribute(
      'title',
      digest,
    );
    expect(screen.getByRole('link', { name: '#2' })).toHaveAttribute(
      'href',
      '/image-factory/builds/build-2',
    );
    expect(screen.getByRole('link', { name: 'All builds' })).toHaveAttribute(
      'href',
      '/catalog/default/component/hello-site/images',
    );
    await user.click(
      screen.getByRole('button', { name: 'Copy the image reference' }),
    );
    expect(write).toHaveBeenCalledWith('hello-site:1');
  });

  it('tells what is known against the image, and leads to all of it', async () => {
    const api = someBuilds();
    api.builds[1].vulnerabilities = {
      critical: 0,
      high: 3,
      medium: 0,
      low: 0,
      unknown: 0,
    };
    renderOnEntity(<LatestImageCard />, { api });
    expect(await screen.findByRole('link', { name: '3 High' })).toHaveAttribute(
      'href',
      '/image-factory/builds/build-1?view=vulnerabilities',
    );
  });

  it('tells how the last builds went, in words too', async () => {
    renderOnEntity(<LatestImageCard />, { api: someBuilds() });
    const trend = await screen.findByRole('list', { name: 'Last builds' });
    expect(
      within(trend)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual(['Build #1: Completed, 12 s', 'Build #2: Failed, 3 s']);
    expect(
      screen.getByText('1 of 2 completed · usually 12 s'),
    ).toBeInTheDocument();
  });

  it('says so where no build has completed yet', async () => {
    const api = someBuilds();
    api.builds.pop();
    renderOnEntity(<LatestImageCard />, { api });
    expect(
      await screen.findByText('No build of this component has completed yet.'),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: '#2' })).toBeInTheDocument();
  });

  it('leads to the first build where there is none', async () => {
    renderOnEntity(<LatestImageCard />, { api: new FakeImageFactoryApi() });
    expect(
      await screen.findByRole('link', { name: 'Build the first image' }),
    ).toHaveAttribute(
      'href',
      '/catalog/default/component/hello-site/images?build',
    );
  });

  it('tells who may not build what it takes, instead of leading there', async () => {
    renderOnEntity(<LatestImageCard />, {
      api: new FakeImageFactoryApi(),
      entity: aComponent('site-of-others'),
      permissions: denying('image-factory.build.create'),
    });
    expect(
      await screen.findByText(/the permission image-factory.build.create/),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('link', { name: 'Build the first image' }),
    ).not.toBeInTheDocument();
  });

  it('tells who does not belong to the owner so, instead of leading there', async () => {
    const api = new FakeImageFactoryApi();
    api.ineligibleFor = [notAMember()];
    renderOnEntity(<LatestImageCard />, { api });
    expect(await screen.findByText(notAMember().message)).toBeInTheDocument();
    expect(
      screen.queryByRole('link', { name: 'Build the first image' }),
    ).not.toBeInTheDocument();
  });

  it('names what it could not load, and tries again on demand', async () => {
    const api = someBuilds();
    api.failure = await aRefusal(400, 'The list is broken.');
    renderOnEntity(<LatestImageCard />, { api });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The list is broken.',
    );
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() =>
      expect(screen.getByText('hello-site:1')).toBeInTheDocument(),
    );
  });
});
