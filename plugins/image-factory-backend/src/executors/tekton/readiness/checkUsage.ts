import { Read } from './ClusterReader';
import { Finding } from './Finding';

/** Whether what builds take of memory and CPU can be told; they run without it. */
export function checkUsage(metrics: Read<unknown>): Finding {
  const check = 'usage';
  if ('value' in metrics) {
    return {
      check,
      status: 'ready',
      message: 'Steps tell the most memory and CPU that they take.',
    };
  }
  return {
    check,
    status: 'unknown',
    // A cluster need have none.
    isExpected: true,
    ...{
      absent: {
        message:
          'The cluster has no metrics server, so steps do not tell how much memory and CPU they take.',
        hint: 'Builds need none. To have it told, install one that serves the API metrics.k8s.io.',
      },
      forbidden: {
        message:
          'The portal may not list the metrics of pods, so steps do not tell how much memory and CPU they take.',
        hint: 'Builds need none. To have it told, apply the role of the portal in deploy/kubernetes again.',
      },
      silent: {
        message:
          'The metrics server of the cluster does not answer, so steps do not tell how much memory and CPU they take.',
        hint: 'Builds need none. It is asked again by itself; kubectl describe apiservice v1beta1.metrics.k8s.io tells what is wrong with it.',
      },
    }[metrics.unread],
  };
}
