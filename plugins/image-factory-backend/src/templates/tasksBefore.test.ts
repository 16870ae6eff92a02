import { tasksBefore } from './pipeline';

describe('tasksBefore', () => {
  it('names the tasks that a task waits for, and those whose results it takes', () => {
    expect(
      tasksBefore({
        name: 'index',
        runAfter: ['build-arm64'],
        params: [
          {
            name: 'digest',
            value: '$(tasks.build-amd64.results.IMAGE_DIGEST)',
          },
          { name: 'other', value: ['$(tasks.build-arm64.results.IMAGE_URL)'] },
        ],
        when: [
          {
            input: '$(tasks.check.results["is ok"])',
            operator: 'in',
            values: [],
          },
        ],
      }),
    ).toEqual(['build-arm64', 'build-amd64', 'check']);
    expect(
      tasksBefore({
        name: 'index',
        matrix: {
          params: [{ name: 'of', value: '$(tasks.plan.results.platforms[*])' }],
        },
      }),
    ).toEqual(['plan']);
  });

  it('names none for one that begins at once', () => {
    expect(
      tasksBefore({
        name: 'build',
        params: [{ name: 'ref', value: '$(params.git-ref)' }],
      }),
    ).toEqual([]);
  });
});
