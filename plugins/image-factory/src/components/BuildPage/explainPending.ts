import { WordKey } from '../../hooks';

/** Why a build has no running step yet, and what comes of it or can be done. */
export type PendingWords = { sentence: WordKey; fix?: WordKey };

const NO_NODE: PendingWords = {
  sentence: 'pending.noNode',
  fix: 'pending.noNodeFix',
};
const GATED: PendingWords = {
  sentence: 'pending.gated',
  fix: 'pending.gatedFix',
};
const QUOTA: PendingWords = {
  sentence: 'pending.quota',
  fix: 'pending.quotaFix',
};
const PULL: PendingWords = { sentence: 'pending.pull', fix: 'pending.pullFix' };
const CONFIG: PendingWords = {
  sentence: 'pending.config',
  fix: 'pending.configFix',
};
const CONTAINER: PendingWords = {
  sentence: 'pending.container',
  fix: 'pending.containerFix',
};
const VOLUME: PendingWords = {
  sentence: 'pending.volume',
  fix: 'pending.volumeFix',
};
const NETWORK: PendingWords = {
  sentence: 'pending.network',
  fix: 'pending.networkFix',
};
const RESOLVING: PendingWords = { sentence: 'pending.resolving' };
const OTHER: PendingWords = { sentence: 'pending.other' };

/** By the words of the scheduler, the kubelet and Tekton. */
const KNOWN: Record<string, PendingWords> = {
  Unschedulable: NO_NODE,
  FailedScheduling: NO_NODE,
  ExceededNodeResources: NO_NODE,
  SchedulingGated: GATED,
  ExceededResourceQuota: QUOTA,
  ErrImagePull: PULL,
  ImagePullBackOff: PULL,
  ErrImageNeverPull: PULL,
  ImageInspectError: PULL,
  InvalidImageName: PULL,
  RegistryUnavailable: PULL,
  PullImageFailed: PULL,
  TaskRunImagePullFailed: PULL,
  CreateContainerConfigError: CONFIG,
  CreateContainerError: CONTAINER,
  RunContainerError: CONTAINER,
  CrashLoopBackOff: CONTAINER,
  FailedAttachVolume: VOLUME,
  FailedMount: VOLUME,
  FailedMapVolume: VOLUME,
  FailedCreatePodSandBox: NETWORK,
  NetworkNotReady: NETWORK,
  ResolvingPipelineRef: RESOLVING,
  ResolvingTaskRef: RESOLVING,
  ResolvingStepActionRef: RESOLVING,
};

/** A reason of the cluster in a reader's words. Reasons are open: of one that is not known no more is said than that it waits. */
export function explainPending(reason: string | undefined): PendingWords {
  return Object.hasOwn(KNOWN, reason ?? '') ? KNOWN[reason!] : OTHER;
}
