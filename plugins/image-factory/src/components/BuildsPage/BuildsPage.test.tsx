import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  aBuild,
  aRefusal,
  renderPage,
} from '../../__testUtils__';
import { IdentityApi } from '@backstage/core-plugin-api';
import { BuildsPage } from './BuildsPage';

function manyBuilds(count: number) {
  const api = new FakeImageFactoryApi();
  api.builds = Array.from({ length: count }, (_, index) =>
    aBuild({ id: `build-${count - index}`, number: count - index }),
  );
  return api;
}

function anIdentity(untilKnown: () => Promise<void>): IdentityApi {
  return {
    getBackstageIdentity: async () => {
      await untilKnown();
      return {
        type: 'user',
        userEntityRef: 'user:default/guest',
        ownershipEntityRefs: [],
      };
    },
    getProfileInfo: async () => ({}),
    getCredentials: async () => ({}),
    signOut: async () => {},
  };
}

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

describe('BuildsPage on a fake API', () => {
  it('asks the backend for what the address says', async () => {
    const api = manyBuilds(3);
    renderPage(<BuildsPage />, {
      api,
      path: '/?entity=hello-site&status=failed&status=queued&method=docker&sort=createdAt',
    });
    expect(await screen.findByRole('link', { name: '#3' })).toBeInTheDocument();
    expect(api.listed[0]).toEqual({
      entityRef: 'component:default/hello-site',
      status: ['queued', 'failed'],
      method: 'docker',
      createdBy: undefined,
      sort: 'createdAt',
      cursor: undefined,
      limit: 20,
    });
  });

  it('tells the worst that scans have found, where any image was scanned', async () => {
    const api = manyBuilds(3);
    const none = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
    api.builds[0].vulnerabilities = { ...none, high: 2, low: 5 };
    api.builds[1].vulnerabilities = none;
    renderPage(<BuildsPage />, { api });
    expect(
      await screen.findByRole('columnheader', { name: 'Vulnerabilities' }),
    ).toBeInTheDocument();
    expect(screen.getByText('+ 5 more').parentElement).toHaveTextContent(
      '2 High + 5 more',
    );
    expect(screen.getByText('None')).toBeInTheDocument();
  });

  it('has no column for scans where there are none', async () => {
    renderPage(<BuildsPage />, { api: manyBuilds(3) });
    await screen.findByRole('link', { name: '#3' });
    expect(
      screen.queryByRole('columnheader', { name: 'Vulnerabilities' }),
    ).toBeNull();
  });

  it('pages forward and back', async () => {
    renderPage(<BuildsPage />, { api: manyBuilds(25) });
    expect(
      await screen.findByRole('link', { name: '#25' }),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Previous' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Next' }));
    expect(await screen.findByRole('link', { name: '#5' })).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Next' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Previous' }));
    expect(
      await screen.findByRole('link', { name: '#25' }),
    ).toBeInTheDocument();
  });

  it('tells no match from no builds, and clears the filters', async () => {
    renderPage(<BuildsPage />, {
      api: manyBuilds(1),
      path: '/?status=completed',
    });
    expect(
      await screen.findByText('No build matches these filters'),
    ).toBeInTheDocument();
    const [clear] = screen.getAllByRole('button', { name: 'Clear filters' });
    await userEvent.click(clear);
    expect(await screen.findByRole('link', { name: '#1' })).toBeInTheDocument();
  });

  it('says how to get a first build where there is none', async () => {
    renderPage(<BuildsPage />, { api: manyBuilds(0) });
    expect(await screen.findByText('No builds yet')).toBeInTheDocument();
  });

  it('shows the builds of the reader only, when asked to', async () => {
    const api = manyBuilds(2);
    api.builds[0].createdBy = 'user:default/somebody-else';
    renderPage(<BuildsPage />, { api });
    await screen.findByRole('link', { name: '#2' });
    await userEvent.click(screen.getByRole('switch', { name: 'Only mine' }));
    await waitFor(() => expect(api.listed.at(-1)?.createdBy).toMatch(/^user:/));
  });

  it('asks for no builds of mine before it knows who I am', async () => {
    const api = manyBuilds(2);
    const asked: (() => void)[] = [];
    renderPage(<BuildsPage />, {
      api,
      path: '/?mine=true',
      identity: anIdentity(() => new Promise(know => asked.push(know))),
    });
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(api.listed).toEqual([]);
    expect(screen.queryByRole('link', { name: '#2' })).not.toBeInTheDocument();
    asked[0]();
    expect(await screen.findByRole('link', { name: '#2' })).toBeInTheDocument();
    expect(api.listed.map(({ createdBy }) => createdBy)).toEqual([
      'user:default/guest',
    ]);
  });

  it('says so when it cannot know who I am, and asks again on demand', async () => {
    const api = manyBuilds(2);
    let known = false;
    renderPage(<BuildsPage />, {
      api,
      path: '/?mine=true',
      identity: anIdentity(async () => {
        if (!known) {
          throw new Error('The sign-in has run out.');
        }
      }),
    });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The sign-in has run out.',
    );
    expect(api.listed).toEqual([]);
    known = true;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: '#2' })).toBeInTheDocument();
  });

  it('does not list builds that wait as if they ran', async () => {
    const api = manyBuilds(1);
    api.builds[0].startedAt = '2026-01-02T03:04:05.000Z';
    renderPage(<BuildsPage />, { api });
    const row = await screen.findByRole('row', { name: /#1/ });
    expect(within(row).getByText('–')).toBeInTheDocument();
  });

  it('does not show all builds for a filter that names nothing', async () => {
    const api = manyBuilds(2);
    renderPage(<BuildsPage />, { api, path: '/?entity=component:' });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      '“component:” is no name of a component.',
    );
    expect(api.listed).toEqual([]);
    expect(screen.queryByRole('link', { name: '#2' })).not.toBeInTheDocument();
  });

  it('names what it could not load', async () => {
    const api = manyBuilds(1);
    api.failure = await aRefusal(
      403,
      'Ask for the permission image-factory.read.',
    );
    renderPage(<BuildsPage />, { api });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Ask for the permission image-factory.read.',
    );
  });
});
