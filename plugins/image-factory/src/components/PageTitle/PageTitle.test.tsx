import { waitFor } from '@testing-library/react';
import { FakeImageFactoryApi, aBuild, renderPage } from '../../__testUtils__';
import { BuildPage } from '../BuildPage';
import { BuildsPage } from '../BuildsPage/BuildsPage';
import { ExecutorsPage } from '../ExecutorsPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

describe('what the browser calls a page', () => {
  it.each([
    ['the builds', <BuildsPage />, 'Builds | Image Factory'],
    ['the executors', <ExecutorsPage />, 'Executors | Image Factory'],
    [
      'a build',
      <BuildPage buildId="build-1" />,
      'Queued: hello-site Build #1 | Image Factory',
    ],
  ])('tells %s from other pages', async (_, page, title) => {
    const api = new FakeImageFactoryApi();
    api.builds = [aBuild()];
    renderPage(page, { api });
    await waitFor(() => expect(document.title).toBe(title));
  });
});
