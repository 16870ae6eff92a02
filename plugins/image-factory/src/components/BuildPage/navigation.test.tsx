import { createEvent, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation, useNavigate } from 'react-router-dom';
import { renderPage, retriedBuild } from '../../__testUtils__';
import { BuildPage } from './BuildPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

/** What a browser has around the page. */
function Browser() {
  const { search, hash } = useLocation();
  const navigate = useNavigate();
  return (
    <>
      <output aria-label="Address">{`${search}${hash}`}</output>
      <button onClick={() => navigate(-1)}>Back</button>
    </>
  );
}

function open(path: string) {
  renderPage(
    <>
      <BuildPage buildId="build-1" />
      <Browser />
    </>,
    { api: retriedBuild(), path },
  );
}

const address = () => screen.getByLabelText('Address').textContent;
const back = () =>
  userEvent.click(screen.getByRole('button', { name: 'Back' }));
const log = (step: string) =>
  screen.findByRole('log', { name: `Log of ${step}` });

describe('the way through the page of a build, on a fake API', () => {
  it('leads back from the step of another view to the line that was looked at', async () => {
    open('/?step=build-image&attempt=1#L2');
    await log('build-image');
    await userEvent.click(await screen.findByRole('tab', { name: 'Timeline' }));
    const timeline = await screen.findByRole('region', { name: 'Timeline' });
    await userEvent.click(
      await within(timeline).findByRole('link', { name: 'push-image' }),
    );
    await log('push-image');

    await back();
    await screen.findByRole('region', { name: 'Timeline' });
    await back();
    await log('build-image');
    expect(address()).toBe('?step=build-image&attempt=1#L2');
    expect(document.querySelector('[data-line="2"]')).toHaveAttribute(
      'data-selected',
    );
  });

  it('stays where it is when a link of what happened is opened in another tab', async () => {
    open('/?step=push-image');
    await log('push-image');
    const story = await screen.findByRole('region', { name: 'What happened' });
    const [link] = await within(story).findAllByRole('link', {
      name: 'Log of build-image',
    });
    // What the browser does with it is not for jsdom.
    window.addEventListener('click', event => event.preventDefault(), {
      once: true,
    });
    fireEvent(link, createEvent.click(link, { ctrlKey: true, button: 0 }));
    expect(await log('push-image')).toBeInTheDocument();
    expect(address()).toBe('?step=push-image');
  });

  it('asks for the evidence of a failure once more without another page to go back from', async () => {
    open('/?attempt=1&view=timeline');
    const evidence = await screen.findByRole('button', {
      name: 'Evidence: line 2 of build-image',
    });
    await userEvent.click(evidence);
    await log('build-image');
    await userEvent.click(evidence);
    expect(address()).toBe('?attempt=1&step=build-image#L2');
    await back();
    expect(address()).toBe('?attempt=1&view=timeline');
  });
});
