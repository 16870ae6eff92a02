import { useState } from 'react';
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import {
  FakeImageFactoryApi,
  aBuild,
  aStep,
  renderPage,
} from '../../__testUtils__';
import { LineSelection, MAX_LINE_LENGTH, formatLineHash } from '../../log';
import { QueryRoot } from '../QueryRoot';
import { LogView } from './LogView';

// jsdom takes its time on a busy machine.
jest.setTimeout(60_000);

const ESC = '\u001b';

const waker = { current: undefined };

/** Keeps what the address of the page would. */
function Log(props: {
  step: Step;
  selection?: LineSelection;
  evidenceLine?: number;
}) {
  const [selection, select] = useState(props.selection);
  return (
    <QueryRoot>
      <LogView
        buildId="build-1"
        attempt={1}
        step={props.step}
        waker={waker}
        permalink={{
          selection,
          hrefOf: lines => `/build${formatLineHash(lines)}`,
          select,
        }}
        target={undefined}
        evidenceLine={props.evidenceLine}
      />
      <output>{selection ? formatLineHash(selection) : 'none'}</output>
    </QueryRoot>
  );
}

afterEach(() => jest.restoreAllMocks());

function showLog(
  api: FakeImageFactoryApi,
  options: {
    step?: Partial<Step>;
    selection?: LineSelection;
    evidenceLine?: number;
  } = {},
) {
  localStorage.clear();
  const text = api.logs['build-image'] ?? '';
  const step = aStep({
    name: 'build-image',
    status: 'running',
    logBytes: new TextEncoder().encode(text).length,
    logLines: text.split('\n').length - 1,
    ...options.step,
  });
  api.builds = [aBuild({ status: 'running', attempt: 1 })];
  api.steps = [step];
  renderPage(<Log {...options} step={step} />, { api });
  return screen.findByRole('log', { name: 'Log of build-image' });
}

function withLog(text: string) {
  const api = new FakeImageFactoryApi();
  api.logs = { 'build-image': text };
  return api;
}

/** The numbers of the lines that are drawn. */
function drawn(log: HTMLElement) {
  return [...log.querySelectorAll<HTMLElement>('[data-line]')].map(each =>
    Number(each.dataset.line),
  );
}

function row(log: HTMLElement, number: number) {
  return log.querySelector<HTMLElement>(`[data-line="${number}"]`)!;
}

function numbered(lines: number) {
  return Array.from(
    { length: lines },
    (_, index) => `line ${index + 1}\n`,
  ).join('');
}

describe('LogView', () => {
  it('shows what a stream brings, each line once, without asking for ranges', async () => {
    const api = withLog('line 1\n');
    const log = await showLog(api);
    await within(log).findByText('line 1');
    const readLog = jest.spyOn(api, 'readLog');
    act(() => api.growLog('build-image', 'line 2\nli'));
    await within(log).findByText('li');
    act(() => api.growLog('build-image', 'ne 3\n'));
    await within(log).findByText('line 3');
    for (const line of ['line 1', 'line 2', 'line 3']) {
      expect(within(log).getAllByText(line)).toHaveLength(1);
    }
    // The fake's own stream reads by it too: once a growth.
    expect(readLog.mock.calls.map(([, { maxBytes }]) => maxBytes)).toEqual(
      Array(readLog.mock.calls.length).fill(Number.MAX_SAFE_INTEGER),
    );
  });

  it('goes on following though a line grows before anybody has heard of the last scroll', async () => {
    // jsdom lays nothing out.
    jest
      .spyOn(Element.prototype, 'scrollHeight', 'get')
      .mockImplementation(function scrollHeight(this: Element) {
        const canvas = this.querySelector<HTMLElement>('.canvas');
        return parseFloat(canvas?.style.height ?? '0');
      });
    const api = withLog(numbered(400));
    const log = await showLog(api);
    await screen.findByText('400 lines');
    act(() => api.growLog('build-image', 'some'));
    await screen.findByText('401 lines');
    act(() => api.growLog('build-image', 'thing'));
    fireEvent.scroll(log);
    expect(await within(log).findByText('something')).toBeInTheDocument();
    expect(log.scrollTop).toBe(401 * 20);
    expect(screen.getByRole('button', { name: 'Follow' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
  });

  it('shows the beginning of a line that is too long, and says how much is left out and where it is', async () => {
    const api = withLog(`${'x'.repeat(MAX_LINE_LENGTH + 1_234_567)}\nshort\n`);
    const log = await showLog(api, { step: { status: 'completed' } });
    expect(
      await within(log).findByText('x'.repeat(MAX_LINE_LENGTH)),
    ).toBeInTheDocument();
    // It comes in several pieces, and the count grows with each.
    expect(
      await within(log).findByText(
        'Line cut: 1,234,567 more characters. “Download log” has all of them.',
      ),
    ).toBeInTheDocument();
    expect(within(log).getByText('short')).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'Download log' }),
    ).toBeInTheDocument();
  });

  it('says at the end of a wrapped line that it was cut', async () => {
    const api = withLog(`${'x'.repeat(MAX_LINE_LENGTH + 7)}\nshort\n`);
    const log = await showLog(api, { step: { status: 'completed' } });
    const text = await within(log).findByText('x'.repeat(MAX_LINE_LENGTH));
    const note = () => within(log).getByText(/^Line cut: 7 more characters/);
    expect(note().compareDocumentPosition(text)).toBe(
      Node.DOCUMENT_POSITION_FOLLOWING,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Wrap' }));
    expect(text.compareDocumentPosition(note())).toBe(
      Node.DOCUMENT_POSITION_FOLLOWING,
    );
    // What is copied of a line is its own text.
    expect(row(log, 1).querySelector('[data-text]')).toHaveTextContent(/^x+$/);
  });

  it('shows binary output as text, without a control character and without markup', async () => {
    const binary = Array.from({ length: 256 }, (_, code) =>
      code === 10 || code === 13 ? '' : String.fromCharCode(code),
    ).join('');
    const api = withLog(
      `<b>${binary}</b>\ufffd${ESC}]0;title\u0007${ESC}[2Jend\n`,
    );
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

  it('brings the log with the line of a link into view of the page, once', async () => {
    const scrollTo = jest.spyOn(Element.prototype, 'scrollIntoView');
    const log = await showLog(withLog(numbered(2_000)), {
      step: { status: 'completed' },
      selection: { first: 1_500, last: 1_500 },
    });
    await within(log).findByText('line 1500');
    expect(scrollTo.mock.contexts).toEqual([log]);
    fireEvent.click(row(log, 1_501).querySelector('a')!);
    expect(await screen.findByText('#L1501')).toBeInTheDocument();
    expect(scrollTo).toHaveBeenCalledTimes(1);
  });

  it('leaves the page where the reader has scrolled it before the line of a link came', async () => {
    const scrollTo = jest.spyOn(Element.prototype, 'scrollIntoView');
    const api = withLog('line 1\n');
    const log = await showLog(api, { selection: { first: 3, last: 3 } });
    await within(log).findByText('line 1');
    fireEvent.wheel(window);
    act(() => api.growLog('build-image', 'line 2\nline 3\n'));
    await within(log).findByText('line 3');
    expect(scrollTo).not.toHaveBeenCalled();
  });

  it('moves the page to no log that no link points to', async () => {
    const scrollTo = jest.spyOn(Element.prototype, 'scrollIntoView');
    const log = await showLog(withLog(numbered(20)), { evidenceLine: 3 });
    await within(log).findByText('line 3');
    expect(scrollTo).not.toHaveBeenCalled();
  });

  it('links web addresses and nothing else, to a page that cannot reach back', async () => {
    const api = withLog('see https://example.com/a. javascript:alert(1)\n');
    const log = await showLog(api);
    const link = await within(log).findByRole('link', {
      name: 'https://example.com/a',
    });
    expect(link).toHaveAttribute('href', 'https://example.com/a');
    expect(link).toHaveAttribute('rel', 'noopener noreferrer');
    expect(within(log).getAllByRole('link')).toEqual([link]);
  });

  it('fetches of a long log its end, and of the rest what is looked at', async () => {
    const api = withLog(numbered(200_000));
    const readLog = jest.spyOn(api, 'readLog');
    const log = await showLog(api, { step: { status: 'completed' } });
    await within(log).findByText('line 1');
    expect(await screen.findByText('200,000 lines')).toBeInTheDocument();
    const read = readLog.mock.results.map(async ({ value }) => {
      return (await value).text.length;
    });
    const bytes = (await Promise.all(read)).reduce(
      (sum, each) => sum + each,
      0,
    );
    expect(bytes).toBeLessThan(api.logs['build-image'].length / 5);

    act(() => {
      log.scrollTop = 100_000 * 20;
      fireEvent.scroll(log);
    });
    await within(log).findByText('line 100001');
    expect(drawn(log)).toContain(100_001);
    expect(drawn(log).length).toBeLessThan(150);
  });
});

describe('permalinks of a log', () => {
  it('open the log at the lines, and highlight them', async () => {
    const api = withLog(numbered(200_000));
    const log = await showLog(api, {
      step: { status: 'completed' },
      selection: { first: 120_000, last: 120_002 },
    });
    await within(log).findByText('line 120000');
    for (const [number, isSelected] of [
      [119_999, null],
      [120_000, 'true'],
      [120_002, 'true'],
      [120_003, null],
    ] as const) {
      expect(row(log, number).getAttribute('data-selected')).toBe(isSelected);
    }
  });

  it('come from a click on a number, and with Shift from two', async () => {
    const log = await showLog(withLog(numbered(50)));
    await within(log).findByText('line 20');
    const number = (line: number) => row(log, line).querySelector('a')!;
    expect(number(7)).toHaveAttribute('href', '/build#L7');
    fireEvent.click(number(7));
    expect(screen.getByText('#L7')).toBeInTheDocument();
    fireEvent.click(number(3), { shiftKey: true });
    expect(screen.getByText('#L3-L7')).toBeInTheDocument();
    fireEvent.click(number(9), { shiftKey: true });
    expect(screen.getByText('#L7-L9')).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear selection' }),
    );
    expect(screen.getByText('none')).toBeInTheDocument();
  });

  it('say so where the log has no such line', async () => {
    await showLog(withLog('one\n'), {
      step: { status: 'completed' },
      selection: { first: 5_000, last: 5_000 },
    });
    expect(
      await screen.findByText(
        'The link points to line 5,000, but this log has 1 lines.',
      ),
    ).toBeInTheDocument();
  });

  it('copy their lines as they are shown', async () => {
    const user = userEvent.setup();
    const writeText = jest.spyOn(navigator.clipboard, 'writeText');
    const api = withLog(`one\n${ESC}[31mtwo${ESC}[0m\n10%\r100%\nfour\n`);
    await showLog(api, {
      step: { status: 'completed' },
      selection: { first: 2, last: 3 },
    });
    await user.click(await screen.findByRole('button', { name: 'Copy lines' }));
    expect(
      await screen.findByRole('button', { name: 'Copied' }),
    ).toBeInTheDocument();
    expect(writeText).toHaveBeenCalledWith('two\n100%');
  });
});

describe('search in a log', () => {
  async function search(text: string) {
    await userEvent.type(screen.getByRole('searchbox'), text);
  }

  it('finds lines that are not at hand, and goes from one to the next', async () => {
    const api = withLog(
      `${numbered(90_000)}Needle A\n${numbered(90_000)}needle B\n`,
    );
    const log = await showLog(api, { step: { status: 'completed' } });
    await within(log).findByText('line 1');
    await search('needle');
    expect(await screen.findByText('1 of 2')).toBeInTheDocument();
    expect(await within(log).findByText('Needle')).toBeInTheDocument();
    expect(row(log, 90_001)).toHaveAttribute('data-current', 'true');

    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText('2 of 2')).toBeInTheDocument();
    await within(log).findByText('needle');
    expect(row(log, 180_002)).toHaveAttribute('data-current', 'true');

    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText('1 of 2')).toBeInTheDocument();
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
    expect(await screen.findByText('2 of 2')).toBeInTheDocument();

    await userEvent.keyboard('{Escape}');
    expect(screen.getByRole('searchbox')).toHaveValue('');
    expect(log).toHaveFocus();
    expect(log.querySelector('mark')).toBeNull();
  });

  it('never moves a reader who has gone elsewhere, though the log ends and is searched anew', async () => {
    const api = withLog(`needle\n${numbered(2_000)}`);
    // jsdom lays nothing out, and takes every place for the end.
    jest
      .spyOn(Element.prototype, 'scrollHeight', 'get')
      .mockReturnValue(2_001 * 20);
    const log = await showLog(api);
    await search('needle');
    expect(await screen.findByText('1 of 1')).toBeInTheDocument();
    const searchLog = jest.spyOn(api, 'searchLog');
    act(() => {
      log.scrollTop = 20_000;
      fireEvent.scroll(log);
    });
    api.steps[0].status = 'completed';
    act(() => api.growLog('build-image', 'another needle\n'));
    expect(await screen.findByText('1 of 2')).toBeInTheDocument();
    expect(searchLog).toHaveBeenCalled();
    expect(log.scrollTop).toBe(20_000);
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}{Enter}');
    expect(await screen.findByText('1 of 2')).toBeInTheDocument();
    expect(log.scrollTop).toBe(0);
  });

  it('says where nothing was found, and why nothing was searched', async () => {
    const api = withLog('one\n');
    await showLog(api, { step: { status: 'completed' } });
    await search('two');
    expect(await screen.findByText('No match')).toBeInTheDocument();
    jest
      .spyOn(api, 'searchLog')
      .mockRejectedValue(new Error('the database is away.'));
    await search('x');
    expect(
      await screen.findByText(/^Not searched: the database is away\./),
    ).toBeInTheDocument();
  });

  it('is reached with a slash, and goes to a line with a colon', async () => {
    const log = await showLog(withLog(numbered(5_000)), {
      step: { status: 'completed' },
    });
    await within(log).findByText('line 1');
    act(() => log.focus());
    await userEvent.keyboard('/');
    expect(screen.getByRole('searchbox')).toHaveFocus();
    await userEvent.keyboard(':4000{Enter}');
    await within(log).findByText('line 4000');
    expect(screen.getByText('#L4000')).toBeInTheDocument();
    expect(row(log, 4_000)).toHaveAttribute('data-selected', 'true');
  });
});

describe('groups of a log', () => {
  const TEXT =
    'hello\nSTEP 1/2: FROM scratch\none\ntwo\nSTEP 2/2: RUN x\n::group::Tests\nthree\n::endgroup::\n';

  it('fold with a click or a key, and unfold where a search leads into them', async () => {
    const log = await showLog(withLog(TEXT), { step: { status: 'completed' } });
    await within(log).findByText('one');
    expect(drawn(log)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(within(log).getByText('Tests')).toBeInTheDocument();

    const group = within(log).getByRole('button', {
      name: 'Lines below line 2',
      expanded: true,
    });
    group.focus();
    await userEvent.keyboard('{Enter}');
    expect(drawn(log)).toEqual([1, 2, 5, 6, 7, 8]);
    expect(group).toHaveAttribute('aria-expanded', 'false');

    await userEvent.click(screen.getByRole('button', { name: 'Fold all' }));
    expect(drawn(log)).toEqual([1, 2, 5]);

    await userEvent.type(screen.getByRole('searchbox'), 'three');
    expect(await screen.findByText('1 of 1')).toBeInTheDocument();
    expect(drawn(log)).toEqual([1, 2, 5, 6, 7, 8]);
  });

  it('are shown all again with one click', async () => {
    const log = await showLog(withLog(TEXT), { step: { status: 'completed' } });
    await within(log).findByText('one');
    await userEvent.click(screen.getByRole('button', { name: 'Fold all' }));
    await userEvent.click(screen.getByRole('button', { name: 'Unfold all' }));
    expect(drawn(log)).toHaveLength(8);
  });
});

describe('times of a log', () => {
  it('stand beside the lines where the reader wants them', async () => {
    const api = withLog('one\ntwo\nthree\n');
    api.logTimes = {
      'build-image': [
        { line: 1, at: '2026-01-02T03:04:05.000Z' },
        { line: 3, at: '2026-01-02T03:04:15.000Z' },
      ],
    };
    const log = await showLog(api, { step: { status: 'completed' } });
    await within(log).findByText('one');
    expect(log.querySelector('time')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Times' }));
    expect(
      [1, 2, 3].map(number =>
        row(log, number).querySelector('time')!.getAttribute('datetime'),
      ),
    ).toEqual([
      '2026-01-02T03:04:05.000Z',
      '2026-01-02T03:04:05.000Z',
      '2026-01-02T03:04:15.000Z',
    ]);
    expect(row(log, 3).querySelector('time')!.textContent).toMatch(
      /^\d\d:\d\d:15$/,
    );
  });

  it('are not offered where none were recorded', async () => {
    const log = await showLog(withLog('one\n'));
    await within(log).findByText('one');
    expect(screen.queryByRole('button', { name: 'Times' })).toBeNull();
  });
});

describe('what of a log is copied', () => {
  it('is the selected text in full lines, without numbers', async () => {
    const log = await showLog(withLog(`one\n${ESC}[31mtwo${ESC}[0m\n\nfour\n`));
    await within(log).findByText('four');
    const text = (number: number) =>
      row(log, number).querySelector('[data-text]')!;
    const selection = window.getSelection()!;
    selection.setBaseAndExtent(text(1).firstChild!, 1, text(4).firstChild!, 2);
    const setData = jest.fn();
    fireEvent.copy(log, { clipboardData: { setData } });
    expect(setData).toHaveBeenCalledWith('text/plain', 'ne\ntwo\n\nfo');
  });
});
