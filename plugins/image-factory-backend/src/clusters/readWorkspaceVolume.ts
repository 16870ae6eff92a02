import { Config } from '@backstage/config';
import { WorkspaceVolume } from '../templates';
import { isQuantity } from './quantities';

/** ReadWriteOncePod is none: Tekton has a pod of its own hold the volume, by which those of the tasks find its node. */
const ACCESS_MODES = ['ReadWriteOnce', 'ReadWriteMany'];

/**
 * Reads `workspaceVolume` of one cluster.
 *
 * @param field - the path of the cluster's configuration, for whoever has to correct it
 * @throws Error that says what is wrong and what to write instead
 */
export function readWorkspaceVolume(
  config: Config,
  field: string,
): WorkspaceVolume | undefined {
  const volume = config.getOptionalConfig('workspaceVolume');
  if (!volume) return undefined;
  const size = volume.getString('size');
  if (!isQuantity(size)) {
    throw new Error(
      `${field}.workspaceVolume: "${size}" is no size. Write one as Kubernetes does, such as 10Gi.`,
    );
  }
  const accessModes = volume.getOptionalStringArray('accessModes') ?? [
    'ReadWriteOnce',
  ];
  const wrong = accessModes.find(mode => !ACCESS_MODES.includes(mode));
  if (wrong !== undefined || accessModes.length === 0) {
    throw new Error(
      `${field}.workspaceVolume: accessModes has ${
        wrong === undefined ? 'nothing' : `"${wrong}"`
      }. Write some of ${ACCESS_MODES.join(', ')}.`,
    );
  }
  return {
    storageClassName: volume.getOptionalString('storageClassName'),
    size,
    accessModes,
  };
}
