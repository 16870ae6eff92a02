import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  aRefusal,
  renderPage,
  retriedBuild,
} from '../../__testUtils__';
import { BuildPage } from './BuildPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

/** Gives the steps of an attempt by hand; of the others as they are. */
function holdSteps(api: FakeImageFactoryApi, attempt: number) {
  const listSteps = api.listSteps.bind(api);
  let answer: (error?: Error) => void = () => {};
  const held = new Promise<void>((resolve, reject) => {
    answer = error => (error ? reject(error) : resolve());
  });
  jest.spyOn(api, 'listSteps').mockImplementation(async (buildId, options) => {
    if (options?.attempt === attempt) await held;
    return listSteps(buildId, options);
  });
  return { answer, release: () => jest.mocked(api.listSteps).mockRestore() };
}

const open = (api: FakeImageFactoryApi, path: string) =>
  renderPage(<BuildPage buildId="build-1" />, { api, path });
const region = (name: string) => screen.findByRole('region', { name });

describe('an attempt whose steps are not known, on a fake API', () => {
  it('is not told of as one that never began, while they are on their way', async () => {
    const api = retriedBuild();
    const { answer } = holdSteps(api, 1);
    open(api, '/?view=timeline');
    const story = await region('What happened');
    expect(await within(story).findByText(/^It ran on worker-2/)).toBeVisible();
    expect(story).toHaveTextContent('Attempt 1');
    expect(story).not.toHaveTextContent('no step of it began');

    const timeline = await region('Timeline');
    expect(timeline).toHaveTextContent('What its steps did is not known yet.');
    // The start of the second attempt alone.
    expect(within(timeline).getAllByText('Starting')).toHaveLength(1);

    answer();
    expect(await within(story).findByText(/^It ran on worker-1/)).toBeVisible();
    expect(await within(timeline).findAllByText('Starting')).toHaveLength(2);
    expect(timeline).not.toHaveTextContent('not known');
  });

  it.each([1, 2])(
    'is told of as such where those of attempt %i cannot be read, and read again when asked for',
    async attempt => {
      const api = retriedBuild();
      const { answer, release } = holdSteps(api, attempt);
      answer(await aRefusal(403, 'You may not see these steps.'));
      open(api, '/?view=timeline');
      const alert = await screen.findByRole('alert');
      expect(alert).toHaveTextContent(
        `No access to the steps of attempt ${attempt}`,
      );
      expect(alert).toHaveTextContent('You may not see these steps.');
      expect(await region('What happened')).not.toHaveTextContent(
        'no step of it began',
      );
      expect(await region('Timeline')).toHaveTextContent(
        'What its steps did is not known yet.',
      );

      release();
      await userEvent.click(
        within(alert).getByRole('button', { name: 'Try again' }),
      );
      const story = await region('What happened');
      expect(
        await within(story).findByText(
          new RegExp(`^It ran on worker-${attempt}`),
        ),
      ).toBeVisible();
      await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    },
  );

  it('is told of once, where the steps themselves would stand', async () => {
    const api = retriedBuild();
    holdSteps(api, 2).answer(await aRefusal(403, 'You may not see them.'));
    open(api, '/');
    const steps = await region('Steps');
    expect(await within(steps).findByRole('alert')).toBeVisible();
    expect(screen.getAllByRole('alert')).toHaveLength(1);
  });
});
