import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import {
  Build,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  FakeImageFactoryApi,
  aBuild,
  aStep,
  renderPage,
} from '../../__testUtils__';
import { LiveQuery } from '../../hooks';
import { QueryRoot } from '../QueryRoot';
import { StepsAndLog } from './StepsAndLog';

// jsdom takes its time on a busy machine.
jest.setTimeout(60_000);

const waker = { current: undefined };
const CLONE = aStep({
  name: 'clone-repo',
  status: 'completed',
  startedAt: '2026-01-02T03:04:00.000Z',
});
const BUILD = aStep({
  ...CLONE,
  name: 'build-image',
  id: 'step-2',
  ordinal: 2,
});

function Address() {
  const { search, hash } = useLocation();
  return <output>{`${search}${hash}`}</output>;
}

function show(path: string, options: { build?: Partial<Build> } = {}) {
  const api = new FakeImageFactoryApi();
  const build = aBuild({ status: 'completed', attempt: 1, ...options.build });
  api.builds = [build];
  api.steps = [CLONE, BUILD];
  api.logs = {
    'clone-repo': 'cloning\n',
    'build-image': Array.from(
      { length: 300 },
      (_, index) => `line ${index + 1}\n`,
    ).join(''),
  };
  const steps: LiveQuery<Step[]> = {
    data: api.steps,
    error: undefined,
    isLoading: false,
    isPaused: false,
    retry: () => {},
  };
  const listSteps = jest.spyOn(api, 'listSteps');
  renderPage(
    <QueryRoot>
      <StepsAndLog
        build={build}
        steps={steps}
        metrics={{ ...steps, data: [] }}
        failure={undefined}
        waker={waker}
      />
      <Address />
    </QueryRoot>,
    { api, path },
  );
  return { api, listSteps };
}

function row(number: number) {
  return document.querySelector(`[data-line="${number}"]`);
}

describe('StepsAndLog', () => {
  it('opens the step and the lines that the address points to', async () => {
    show('/?step=build-image&attempt=1#L250-L252');
    const log = await screen.findByRole('log', { name: 'Log of build-image' });
    await within(log).findByText('line 250');
    expect(row(250)).toHaveAttribute('data-selected');
    expect(row(252)).toHaveAttribute('data-selected');
    expect(row(253)).not.toHaveAttribute('data-selected');
  });

  it('puts a clicked line into the address, with its step and attempt', async () => {
    show('/?other=kept');
    const log = await screen.findByRole('log', { name: 'Log of build-image' });
    await within(log).findByText('line 5');
    const number = row(5)!.querySelector('a')!;
    const link = '?other=kept&step=build-image&attempt=1#L5';
    expect(number.getAttribute('href')).toBe(`/${link}`);
    fireEvent.click(number);
    expect(await screen.findByText(link)).toBeInTheDocument();
  });

  it('leaves the lines behind with their step', async () => {
    show('/?step=build-image&attempt=1#L250');
    await screen.findByRole('log', { name: 'Log of build-image' });
    await userEvent.click(screen.getByRole('button', { name: /clone-repo/ }));
    expect(
      await screen.findByRole('log', { name: 'Log of clone-repo' }),
    ).toBeInTheDocument();
    expect(
      await screen.findByText('?step=clone-repo&attempt=1'),
    ).toBeInTheDocument();
  });

  it('shows an older attempt as long as the address points to it, and says so', async () => {
    const { listSteps } = show('/?step=build-image&attempt=1#L3', {
      build: { attempt: 2 },
    });
    expect(
      await screen.findByText('This is attempt 1 of 2.'),
    ).toBeInTheDocument();
    expect(listSteps).toHaveBeenCalledWith(
      'build-1',
      expect.objectContaining({ attempt: 1 }),
    );
    await act(async () =>
      fireEvent.click(
        screen.getByRole('button', { name: 'Show the latest attempt' }),
      ),
    );
    expect(screen.queryByText('This is attempt 1 of 2.')).toBeNull();
    expect(screen.getByText('?step=build-image')).toBeInTheDocument();
  });
});
