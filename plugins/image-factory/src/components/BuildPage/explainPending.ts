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
const RESOLVING: PendingWords = { sentence: 'pending.resolving' };
const OTHER: PendingWords = { sentence: 'pending.other' };

/** By the words of the scheduler, the kubelet and Tekton. */
const KNOWN: Record<string, PendingWords> = {
  Unschedulable: NO_NODE,
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
  ResolvingPipelineRef: RESOLVING,
  ResolvingTaskRef: RESOLVING,
  ResolvingStepActionRef: RESOLVING,
};

/** A reason of the cluster in a reader's words. Reasons are open: of one that is not known no more is said than that it waits. */
export function explainPending(reason: string | undefined): PendingWords {
  return Object.hasOwn(KNOWN, reason ?? '') ? KNOWN[reason!] : OTHER;
}
