import { mockServices } from '@backstage/backend-test-utils';
import {
  BuildConfig,
  Preflight,
} from '@image-factory/backstage-plugin-image-factory-node';
import { ScriptedExecutor } from '../__testUtils__/ScriptedExecutor';
import { askPreflight } from './askPreflight';

const CONFIG = { entityRef: 'component:default/hello-site' } as BuildConfig;

describe('askPreflight', () => {
  const logger = mockServices.logger.mock();

  function ask(preflight: (signal: AbortSignal) => Promise<Preflight>) {
    const executor = Object.assign(new ScriptedExecutor('eu-1'), {
      preflight: (_: unknown, signal: AbortSignal) => preflight(signal),
    });
    return askPreflight({
      executor,
      config: CONFIG,
      requestedBy: 'user:default/guest',
      logger,
    });
  }

  beforeEach(() => {
    jest.useFakeTimers();
    logger.warn.mockClear();
  });
  afterEach(() => jest.useRealTimers());

  it('tells what the executor says', async () => {
    const said = { problems: ['No.'], requests: { cpuCores: 2 } };
    expect(await ask(async () => said)).toEqual(said);
  });

  it('has nothing to tell of an executor that looks at nothing before', async () => {
    expect(
      await askPreflight({
        executor: new ScriptedExecutor('plain'),
        config: CONFIG,
        requestedBy: 'user:default/guest',
        logger,
      }),
    ).toEqual({ problems: [] });
  });

  it('waits three seconds for one that hangs and heeds no signal, and tells it that nobody waits any more', async () => {
    let given: AbortSignal | undefined;
    let answer: Preflight | undefined;
    ask(signal => {
      given = signal;
      return new Promise(() => undefined);
    }).then(preflight => {
      answer = preflight;
    });
    await jest.advanceTimersByTimeAsync(2_900);
    expect(answer).toBeUndefined();
    expect(given?.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(200);
    expect(answer).toEqual({
      problems: [
        'Whether eu-1 would take the build could not be asked: it has not answered within 3 s. You can submit it; it waits until eu-1 takes it.',
      ],
    });
    expect(given?.aborted).toBe(true);
  });

  it('lets one that fails after that fail for nobody', async () => {
    const answer = ask(
      () =>
        new Promise((_, reject) =>
          setTimeout(reject, 4_000, new Error('late')),
        ),
    );
    await jest.advanceTimersByTimeAsync(5_000);
    expect((await answer).problems).toHaveLength(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('ENOENT: /etc/portal/kubeconfig');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('ENOENT: /etc/portal/kubeconfig');
      },
    ],
  ])('has what one says that %s for the log alone', async (_, fail) => {
    const { problems } = await ask(fail as () => Promise<Preflight>);
    expect(problems).toEqual([
      expect.stringMatching(
        /^Whether eu-1 would take the build could not be asked: it failed to find that out .*You can submit it/,
      ),
    ]);
    expect(problems[0]).not.toContain('/etc/portal');
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('eu-1'),
      expect.objectContaining({
        message: expect.stringContaining('/etc/portal'),
      }),
    );
  });
});
