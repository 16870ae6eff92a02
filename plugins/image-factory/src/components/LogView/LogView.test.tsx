import { screen, within } from '@testing-library/react';
import {
  FakeImageFactoryApi,
  aBuild,
  aStep,
  renderPage,
} from '../../__testUtils__';
import { MAX_LINE_LENGTH } from '../../log';
import { QueryRoot } from '../QueryRoot';
import { LogView } from './LogView';

// jsdom takes its time on a busy machine.
jest.setTimeout(60_000);

function showLog(api: FakeImageFactoryApi) {
  const step = aStep({ name: 'build-image', status: 'running' });
  api.builds = [aBuild({ status: 'running', attempt: 1 })];
  api.steps = [step];
  renderPage(
    <QueryRoot>
      <LogView
        buildId="build-1"
        attempt={1}
        step={step}
        waker={{ current: undefined }}
        target={undefined}
        evidenceLine={undefined}
      />
    </QueryRoot>,
    { api },
  );
  return screen.findByRole('log', { name: 'Log of build-image' });
}

describe('LogView', () => {
  it('shows what a stream brings, each line once, without asking for ranges', async () => {
    const api = new FakeImageFactoryApi();
    api.logs = { 'build-image': 'line 1\n' };
    const log = await showLog(api);
    await within(log).findByText('line 1');
    const readLog = jest.spyOn(api, 'readLog');
    api.growLog('build-image', 'line 2\nli');
    await within(log).findByText('li');
    api.growLog('build-image', 'ne 3\n');
    await within(log).findByText('line 3');
    for (const line of ['line 1', 'line 2', 'line 3']) {
      expect(within(log).getAllByText(line)).toHaveLength(1);
    }
    // The fake's own stream reads by it too: once a growth.
    expect(readLog.mock.calls.map(([, { maxBytes }]) => maxBytes)).toEqual(
      Array(readLog.mock.calls.length).fill(Number.MAX_SAFE_INTEGER),
    );
  });

  it('shows the beginning of a line that is too long, and says how much is left out and where it is', async () => {
    const api = new FakeImageFactoryApi();
    api.logs = {
      'build-image': `${'x'.repeat(MAX_LINE_LENGTH + 1_234_567)}\nshort\n`,
    };
    const log = await showLog(api);
    expect(
      await within(log).findByText('x'.repeat(MAX_LINE_LENGTH)),
    ).toBeInTheDocument();
    expect(
      within(log).getByText(
        'Line cut: 1,234,567 more characters. “Download log” has all of them.',
      ),
    ).toBeInTheDocument();
    expect(within(log).getByText('short')).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'Download log' }),
    ).toBeInTheDocument();
  });

  it('shows binary output as text, without a control character and without markup', async () => {
    const api = new FakeImageFactoryApi();
    const binary = Array.from({ length: 256 }, (_, code) =>
      code === 10 || code === 13 ? '' : String.fromCharCode(code),
    ).join('');
    api.logs = {
      'build-image': `<b>${binary}</b>\ufffd\u001b]0;title\u0007\u001b[2Jend\n`,
    };
    const log = await showLog(api);
    const line = await within(log).findByText(/end$/);
    expect(line.textContent).toMatch(/^<b>\t/);
    expect(line.textContent).toMatch(/ÿ<\/b>\ufffdend$/);
    expect(
      [...line.textContent!].filter(
        character => /\p{Cc}/u.test(character) && character !== '\t',
      ),
    ).toEqual([]);
    expect(log.querySelector('b')).toBeNull();
  });
});
