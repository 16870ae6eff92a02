import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  aBuild,
  aRefusal,
  aStep,
  anExecution,
  renderPage,
} from '../../__testUtils__';
import { BuildPage } from './BuildPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

const LOG = Array.from({ length: 40 }, (_, index) => `line ${index + 1}\n`);

/** A build whose second attempt failed otherwise than its first. */
function twoAttempts() {
  const api = new FakeImageFactoryApi();
  const second = {
    executor: 'local',
    startedAt: '2026-01-02T04:00:00.000Z',
    finishedAt: '2026-01-02T04:00:30.000Z',
    failure: { class: 'user', message: 'The second one failed.' },
  } as const;
  api.builds = [aBuild({ ...second, status: 'failed', attempt: 2 })];
  api.executions = [
    anExecution({
      status: 'failed',
      startedAt: '2026-01-02T03:04:00.000Z',
      finishedAt: '2026-01-02T03:04:12.000Z',
      failure: {
        class: 'infrastructure',
        message: 'The first one failed.',
        step: 'build-image',
        evidenceLine: 30,
      },
    }),
    anExecution({ ...second, attempt: 2, status: 'failed' }),
  ];
  api.steps = [
    aStep({ name: 'build-image', status: 'failed', logLines: LOG.length }),
  ];
  api.logs = { 'build-image': LOG.join('') };
  return api;
}

const attempts = () => screen.findByRole('navigation', { name: 'Attempts' });
const whyItFailed = () =>
  screen.findByRole('region', { name: 'Why it failed' });

describe('the attempts of a build, on a fake API', () => {
  it('leads to an earlier attempt, with its failure and its time, and back', async () => {
    renderPage(<BuildPage buildId="build-1" />, { api: twoAttempts() });
    expect(await whyItFailed()).toHaveTextContent('The second one failed.');
    expect(screen.getByText('attempt 2 of 3')).toBeInTheDocument();
    expect(screen.getByText(/^ran/)).toHaveTextContent('ran 30 s');

    const first = within(await attempts()).getByRole('link', {
      name: 'Attempt 1',
    });
    expect(first).not.toHaveAttribute('aria-current');
    await userEvent.click(first);
    expect(first).toHaveAttribute('aria-current', 'page');
    expect(
      await within(await whyItFailed()).findByText('The first one failed.'),
    ).toBeVisible();
    expect(await whyItFailed()).toHaveTextContent('Attempt 1');
    expect(await whyItFailed()).not.toHaveTextContent('The second one failed.');
    expect(screen.getByText('attempt 1 of 3')).toBeInTheDocument();
    expect(screen.getByText(/^ran/)).toHaveTextContent('ran 12 s');

    await userEvent.click(
      within(await attempts()).getByRole('link', { name: 'Attempt 2' }),
    );
    expect(await whyItFailed()).toHaveTextContent('The second one failed.');
  });

  it('points from the failure of an earlier attempt into the log of that attempt', async () => {
    const api = twoAttempts();
    const readLog = jest.spyOn(api, 'readLog');
    renderPage(<BuildPage buildId="build-1" />, { api, path: '/?attempt=1' });
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Evidence: line 30 of build-image',
      }),
    );
    await waitFor(() =>
      expect(document.querySelector('[data-line="30"] a')).toHaveAttribute(
        'href',
        '/?attempt=1&step=build-image#L30',
      ),
    );
    expect(readLog).not.toHaveBeenCalledWith(
      'build-1',
      expect.objectContaining({ attempt: 2 }),
    );
  });

  it('says of an image which attempt it is of while another is shown', async () => {
    const api = twoAttempts();
    Object.assign(api.builds[0], { status: 'completed', failure: undefined });
    renderPage(<BuildPage buildId="build-1" />, { api, path: '/?attempt=1' });
    expect(
      await screen.findByRole('region', { name: 'Result' }),
    ).toHaveTextContent('Attempt 2');
  });

  it('shows no failure of another attempt where the attempts cannot be read', async () => {
    const api = twoAttempts();
    jest
      .spyOn(api, 'listExecutions')
      .mockRejectedValue(await aRefusal(403, 'You may not see them.'));
    renderPage(<BuildPage buildId="build-1" />, { api, path: '/?attempt=1' });
    expect(await screen.findByText(/You may not see them/)).toBeInTheDocument();
    expect(screen.queryByText('The second one failed.')).toBeNull();
  });

  it('tells of an attempt that was handed back as such, and of no fault', async () => {
    const api = twoAttempts();
    Object.assign(api.executions[0], {
      status: 'lost',
      failure: { class: 'infrastructure', message: 'The portal stopped.' },
    });
    api.events = [
      {
        sequence: 1,
        type: 'requeued',
        at: '2026-01-02T03:04:12.000Z',
        actor: 'system',
        data: { attempt: 1, handedBack: true },
      },
    ];
    renderPage(<BuildPage buildId="build-1" />, { api });
    const story = await screen.findByRole('region', { name: 'What happened' });
    expect(within(story).getByText('Handed back')).toBeInTheDocument();
    expect(story).toHaveTextContent('It was handed back to the queue');
    await userEvent.click(
      within(await attempts()).getByRole('link', { name: 'Attempt 1' }),
    );
    await waitFor(() =>
      expect(
        screen.queryByRole('region', { name: 'Why it failed' }),
      ).not.toBeInTheDocument(),
    );
    await userEvent.click(screen.getByRole('tab', { name: 'Timeline' }));
    const timeline = await screen.findByRole('region', { name: 'Timeline' });
    expect(within(timeline).getByText('Handed back')).toBeInTheDocument();
    expect(document.body).not.toHaveTextContent(/Lost|infrastructure/);
  });

  it('offers no choice where there was one attempt only', async () => {
    const api = twoAttempts();
    api.builds[0].attempt = 1;
    renderPage(<BuildPage buildId="build-1" />, { api });
    await whyItFailed();
    expect(screen.queryByRole('navigation', { name: 'Attempts' })).toBeNull();
  });
});
