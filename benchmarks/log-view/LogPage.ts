import { type Browser, type Page, chromium } from '@playwright/test';
import { launchOptions } from '../../e2e/portal/launchOptions';
import { FIRST_LINE, LENGTH_TEXT, NEEDLE } from './hugeLog';

const VIEW = { width: 1440, height: 900 };
/** How fast is scrolled: at 60 frames a second 6,000 pixels or 300 lines a second, as a firm turn of a wheel. */
const PIXELS_A_FRAME = 100;
const FRAMES = 600;

/** How smoothly the log was scrolled. */
export type Scrolling = {
  /** Between one frame and the next, in milliseconds. */
  intervals: number[];
  /** In how many of the frames a line in view was not there yet. */
  incomplete: number;
};

/** The page of a build in a real browser. All times are taken within the page, in milliseconds. */
export class LogPage {
  readonly #browser: Browser;
  readonly #page: Page;

  static async open(url: string): Promise<LogPage> {
    const browser = await chromium.launch(launchOptions);
    const context = await browser.newContext({ baseURL: url, viewport: VIEW });
    return new LogPage(browser, await context.newPage());
  }

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
  }

  /** Loads the page, with the short log of its first step, and tells how long it took until that was there. */
  async load(buildId: string, step: string, text: string): Promise<number> {
    const began = performance.now();
    await this.#page.goto(`/image-factory/builds/${buildId}?step=${step}`);
    await this.#page.getByRole('log').getByText(text).waitFor();
    return performance.now() - began;
  }

  /** From the click on a step until the first lines of its log are painted. */
  async openStep(step: string): Promise<number> {
    const button = this.#page.getByRole('button', { name: step });
    const took = await button.evaluate(
      (element: HTMLElement, text) =>
        new Promise<number>(resolve => {
          const began = performance.now();
          element.click();
          const look = () => {
            const log = document.querySelector('[role="log"]');
            if (log?.textContent?.includes(text)) {
              requestAnimationFrame(() => resolve(performance.now() - began));
            } else {
              requestAnimationFrame(look);
            }
          };
          look();
        }),
      FIRST_LINE,
    );
    await this.#page.getByText(LENGTH_TEXT).waitFor();
    return took;
  }

  /** From the last key until the line that was found is painted, with what the page waits for further keys. */
  async search(): Promise<number> {
    const field = this.#page.getByRole('searchbox', {
      name: /Search this log/,
    });
    await field.fill('');
    await this.#fromTop();
    const found = this.#page.evaluate(
      () =>
        new Promise<number>(resolve => {
          let began = 0;
          document.addEventListener(
            'input',
            () => {
              began = performance.now();
            },
            { capture: true, once: true },
          );
          const look = () => {
            if (began > 0 && document.querySelector('[data-current] mark')) {
              resolve(performance.now() - began);
            } else {
              requestAnimationFrame(look);
            }
          };
          look();
        }),
    );
    await field.fill(NEEDLE);
    const took = await found;
    await field.fill('');
    return took;
  }

  /** From letting the scroll bar go in the middle of the log until the lines there are painted. */
  async jumpTo(line: number): Promise<number> {
    await this.#fromTop();
    return this.#page.getByRole('log').evaluate(
      (log, text) =>
        new Promise<number>(resolve => {
          const began = performance.now();
          log.scrollTop = log.scrollHeight / 2;
          const look = () => {
            if (log.textContent?.includes(text)) {
              requestAnimationFrame(() => resolve(performance.now() - began));
            } else {
              requestAnimationFrame(look);
            }
          };
          look();
        }),
      `INFO ${line} compiling`,
    );
  }

  /** Scrolls from the first line on, a little with each frame. */
  async scroll(): Promise<Scrolling> {
    await this.#fromTop();
    return this.#page.getByRole('log').evaluate(
      async (log, { pixels, frames }) => {
        const frame = () =>
          new Promise<number>(resolve => {
            requestAnimationFrame(resolve);
          });
        const isIncomplete = () => {
          const view = log.getBoundingClientRect();
          const rows = [...log.querySelectorAll('[data-line]')].filter(row => {
            const { top, bottom } = row.getBoundingClientRect();
            return bottom > view.top && top < view.bottom;
          });
          return (
            rows.length === 0 ||
            rows.some(row => !row.querySelector('[data-text]')?.textContent)
          );
        };
        const intervals: number[] = [];
        let incomplete = 0;
        await frame();
        let before = await frame();
        for (let count = 0; count < frames; count += 1) {
          log.scrollTop += pixels;
          const now = await frame();
          intervals.push(now - before);
          before = now;
          if (isIncomplete()) incomplete += 1;
        }
        return { intervals, incomplete };
      },
      { pixels: PIXELS_A_FRAME, frames: FRAMES },
    );
  }

  /** What the page has in memory, in bytes. */
  async heapBytes(): Promise<number> {
    const session = await this.#page.context().newCDPSession(this.#page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  async #fromTop(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Go to the start' }).click();
    await this.#page.getByRole('log').getByText(FIRST_LINE).waitFor();
  }
}
