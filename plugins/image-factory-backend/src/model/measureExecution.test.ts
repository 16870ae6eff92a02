import { measureExecution } from './measureExecution';

const AT = Date.parse('2026-01-01T10:00:00.000Z');

describe('measureExecution', () => {
  it('tells the wait, the durations and the sizes', () => {
    expect(
      measureExecution({
        waitingSince: AT,
        startedAt: AT + 1_500,
        finishedAt: AT + 11_500,
        steps: [
          {
            name: 'clone-repo',
            startedAt: AT + 2_000,
            finishedAt: AT + 2_250,
            logBytes: 120,
          },
        ],
        imageBytes: 4096,
      }),
    ).toEqual([
      { name: 'queue-wait', value: 1.5, unit: 'seconds' },
      { name: 'duration', value: 10, unit: 'seconds' },
      { name: 'duration', value: 0.25, unit: 'seconds', step: 'clone-repo' },
      { name: 'log-size', value: 120, unit: 'bytes', step: 'clone-repo' },
      { name: 'image-size', value: 4096, unit: 'bytes' },
    ]);
  });

  it('leaves out what never ran and what was not made', () => {
    const metrics = measureExecution({
      waitingSince: AT,
      startedAt: AT,
      finishedAt: AT,
      steps: [{ name: 'push-image', logBytes: 0 }],
    });
    expect(metrics.map(({ name }) => name)).toEqual(['queue-wait', 'duration']);
  });

  it('says zero where a clock was set back', () => {
    const metrics = measureExecution({
      waitingSince: AT,
      startedAt: AT - 3_600_000,
      finishedAt: AT,
      steps: [
        {
          name: 'build-image',
          startedAt: AT,
          finishedAt: AT - 3_600_000,
          logBytes: 0,
        },
      ],
    });
    expect(metrics).toEqual(
      expect.arrayContaining([
        { name: 'queue-wait', value: 0, unit: 'seconds' },
        { name: 'duration', value: 0, unit: 'seconds', step: 'build-image' },
      ]),
    );
  });
});
