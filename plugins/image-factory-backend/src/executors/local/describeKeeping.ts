import { Tool } from '@image-factory/backstage-plugin-image-factory-common';
import { Keeping } from './processes';

const NAME = 'unshare';

/** What the executor says of how it keeps the processes of a build together: none where the system has only one way. */
export function describeKeeping(keeping: Keeping): Tool | undefined {
  if (keeping.by === 'pid-namespace') {
    return {
      name: NAME,
      status: 'available',
      path: keeping.programs.unshare,
      message:
        'Each command of a build runs in a pid namespace of its own: nothing it starts lives on after it',
    };
  }
  if (process.platform !== 'linux') {
    return undefined;
  }
  return {
    name: NAME,
    status: 'unusable',
    message: `Processes of a build are kept together by their process group only: ${keeping.reason}`,
    hint: 'A command of a build that detaches itself may live on after it. A portal that runs as root, in a container with the capability SYS_ADMIN, ends those as well; it needs unshare, nsenter and mount (the packages util-linux and mount).',
  };
}
