import { useEffect, useMemo } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { useQueryClient } from '@tanstack/react-query';
import {
  Artifact,
  Build,
  BuildEvent,
  Execution,
  Metric,
  Step,
  WaitReason,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';
import { throttle } from './throttle';
import { useBuildSignals } from './useBuildSignals';
import { LiveQuery, useLiveQuery } from './useLiveQuery';

/** Signals come in bursts, one a step and one a log chunk; reading twice a second is live enough. */
const SIGNAL_THROTTLE_MS = 500;

/** What changes with each move of a build. */
const PARTS = [
  'steps',
  'executions',
  'metrics',
  'wait-reason',
  'artifacts',
  'events',
  'vulnerabilities',
  'cluster-events',
];

/** Everything that the page of one build shows, each part kept fresh. */
export type BuildData = {
  build: LiveQuery<Build>;
  steps: LiveQuery<Step[]>;
  executions: LiveQuery<Execution[]>;
  /** Read only of what runs on a cluster. */
  metrics: LiveQuery<Metric[]>;
  waitReason: LiveQuery<WaitReason>;
  /** Of the latest attempt. */
  artifacts: LiveQuery<Artifact[]>;
  events: LiveQuery<BuildEvent[]>;
  /** When a signal was last heard, for parts that are read where they are shown. */
  lastSignalAt: () => number | undefined;
};

/** Reads a build and its parts, and reads them again on signals and by polling. */
export function useBuildData(
  buildId: string,
  onLogSignal: () => void,
): BuildData {
  const api = useApi(imageFactoryApiRef);
  const queryClient = useQueryClient();
  const refresh = useMemo(
    () =>
      throttle(() => {
        queryClient.invalidateQueries({ queryKey: ['build', buildId] });
      }, SIGNAL_THROTTLE_MS),
    [queryClient, buildId],
  );
  useEffect(() => refresh.cancel, [refresh]);

  const { lastSignalAt } = useBuildSignals(signal => {
    if (signal.buildId !== buildId) {
      return;
    }
    if (signal.change === 'log') {
      onLogSignal();
    } else {
      refresh();
    }
  });

  const build = useLiveQuery({
    queryKey: ['build', buildId],
    queryFn: options => api.getBuild(buildId, options),
    liveliness: data =>
      data && isTerminal(data.status) ? 'settled' : 'active',
    lastSignalAt,
  });
  const status = build.data?.status;
  const known = build.data !== undefined;
  const active = !status || !isTerminal(status);
  const attempt = build.data?.attempt ?? 0;
  const partLiveliness = (data: unknown) =>
    active || !data ? 'active' : 'settled';

  const steps = useLiveQuery({
    queryKey: ['build', buildId, 'steps', attempt],
    queryFn: async options =>
      (await api.listSteps(buildId, { ...options, attempt })).items,
    liveliness: partLiveliness,
    lastSignalAt,
    enabled: attempt > 0,
  });
  const executions = useLiveQuery({
    queryKey: ['build', buildId, 'executions', attempt],
    queryFn: async options =>
      (await api.listExecutions(buildId, options)).items,
    liveliness: partLiveliness,
    lastSignalAt,
    enabled: attempt > 0,
  });
  const metrics = useLiveQuery({
    queryKey: ['build', buildId, 'metrics', attempt],
    queryFn: async options => (await api.listMetrics(buildId, options)).items,
    liveliness: partLiveliness,
    lastSignalAt,
    // What is measured at the start of an attempt is so on a cluster only.
    enabled: steps.data?.some(({ pod }) => pod) ?? false,
  });
  const waits = status === 'queued' || status === 'pending';
  const waitReason = useLiveQuery({
    queryKey: ['build', buildId, 'wait-reason'],
    queryFn: options => api.getWaitReason(buildId, options),
    liveliness: () => (waits ? 'waiting' : 'settled'),
    lastSignalAt,
    enabled: waits,
  });
  const artifacts = useLiveQuery({
    queryKey: ['build', buildId, 'artifacts', attempt],
    queryFn: async options =>
      (await api.listArtifacts(buildId, { ...options, attempt })).items,
    liveliness: partLiveliness,
    lastSignalAt,
    // What a cluster was given is there as soon as it has it.
    enabled: attempt > 0,
  });
  const events = useLiveQuery({
    queryKey: ['build', buildId, 'events'],
    queryFn: async options => (await api.listEvents(buildId, options)).items,
    liveliness: partLiveliness,
    lastSignalAt,
    enabled: known,
  });

  // A part that was read just before the build moved on would stand still for
  // good once the build is over: each move reads the parts once more.
  const phase = build.data?.phase;
  useEffect(() => {
    if (status) {
      for (const part of PARTS) {
        queryClient.invalidateQueries({ queryKey: ['build', buildId, part] });
      }
    }
  }, [queryClient, buildId, status, phase]);

  return {
    build,
    steps,
    executions,
    metrics,
    waitReason,
    artifacts,
    events,
    lastSignalAt,
  };
}
