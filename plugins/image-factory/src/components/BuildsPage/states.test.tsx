import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ResponseError } from '@backstage/errors';
import {
  FakeImageFactoryApi,
  ManualSignals,
  aBuild,
  aRefusal,
  renderPage,
} from '../../__testUtils__';
import { BuildsPage } from './BuildsPage';

function oneBuild() {
  const api = new FakeImageFactoryApi();
  api.builds = [aBuild()];
  return api;
}

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

describe('the states of BuildsPage', () => {
  it('shows the columns and no verdict until the first answer', async () => {
    const api = oneBuild();
    let answer = () => {};
    const listed = api.listBuilds.bind(api);
    jest.spyOn(api, 'listBuilds').mockImplementation(async query => {
      await new Promise<void>(resolve => {
        answer = resolve;
      });
      return listed(query);
    });
    renderPage(<BuildsPage />, { api });
    expect(
      await screen.findByRole('columnheader', { name: 'Status' }),
    ).toBeInTheDocument();
    expect(screen.queryByText('No builds yet')).not.toBeInTheDocument();
    await waitFor(() => expect(api.listBuilds).toHaveBeenCalled());
    answer();
    expect(await screen.findByRole('link', { name: '#1' })).toBeInTheDocument();
  });

  it('names the permission that it takes, and nothing to narrow', async () => {
    const api = oneBuild();
    api.failure = await aRefusal(
      403,
      'You may not see builds: that needs the permission image-factory.build.read.',
    );
    renderPage(<BuildsPage />, { api });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('No access to the builds');
    expect(alert).toHaveTextContent('image-factory.build.read');
    expect(screen.queryByRole('search')).not.toBeInTheDocument();
  });

  it('names a failed request by its id, and tries again on demand', async () => {
    const api = oneBuild();
    api.failure = await ResponseError.fromResponse(
      Response.json(
        { error: { message: 'The list is broken.' }, response: {} },
        { status: 422, headers: { 'x-request-id': 'r-42' } },
      ),
    );
    renderPage(<BuildsPage />, { api });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The list is broken.');
    expect(alert).toHaveTextContent('Request r-42');
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: '#1' })).toBeInTheDocument();
  });

  it('begins again at the first page where the page of the address is gone', async () => {
    const api = oneBuild();
    const refusal = await aRefusal(400, 'This cursor is not known.');
    const listed = api.listBuilds.bind(api);
    jest.spyOn(api, 'listBuilds').mockImplementation(async query => {
      if (query.cursor) {
        throw refusal;
      }
      return listed(query);
    });
    renderPage(<BuildsPage />, { api, path: '/?cursor=old' });
    await screen.findByText('This cursor is not known.');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: '#1' })).toBeInTheDocument();
  });

  it('keeps what it has while reading it again fails, and says so', async () => {
    const api = oneBuild();
    const signals = new ManualSignals();
    renderPage(<BuildsPage />, { api, signals });
    await screen.findByRole('link', { name: '#1' });
    api.failure = await aRefusal(503, 'The database is away.');
    act(() =>
      signals.send({
        buildId: 'build-1',
        change: 'build',
      }),
    );
    expect(await screen.findByText('Live updates paused')).toBeInTheDocument();
    expect(screen.getByText(/The database is away\./)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: '#1' })).toBeInTheDocument();
  });
});
