import { describeKeeping } from './describeKeeping';

describe('describeKeeping', () => {
  it('tells that nothing of a build can get away', () => {
    const programs = {
      unshare: '/usr/bin/unshare',
      nsenter: '/usr/bin/nsenter',
      mount: '/usr/bin/mount',
      cat: '/usr/bin/cat',
      sh: '/usr/bin/sh',
    };
    expect(describeKeeping({ by: 'pid-namespace', programs })).toMatchObject({
      status: 'available',
      path: '/usr/bin/unshare',
      message: expect.stringContaining('nothing it starts lives on'),
    });
  });

  const describeOnLinux =
    process.platform === 'linux' ? describe : describe.skip;

  describeOnLinux('on Linux', () => {
    it('tells where that can be, why, and what to do', () => {
      const reason = 'unshare failed: Operation not permitted';
      expect(describeKeeping({ by: 'process-group', reason })).toMatchObject({
        status: 'unusable',
        message: `Processes of a build are kept together by their process group only: ${reason}`,
        hint: expect.stringContaining('SYS_ADMIN'),
      });
    });
  });
});
