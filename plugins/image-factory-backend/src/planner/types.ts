import { StoredWaitReason } from '../model';

/** A queued build as the planner sees it. Times in milliseconds since the epoch. */
export type QueuedBuild = {
  id: string;
  tenant: string;
  placementKey: string;
  method: string;
  /** `auto`, or the id or type of an executor. */
  infrastructure: string;
  /** The priority class; a higher one goes first. */
  priority: number;
  queuedAt: number;
};

/** An executor as the planner sees it. */
export type ExecutorCapacity = {
  id: string;
  type: string;
  available: boolean;
  /** Why it is not available, and what to do. */
  message?: string;
  hint?: string;
  maxRunning: number;
  /** Why it takes fewer now than it is configured for. */
  throttled?: string;
  /** Executions that it has now. */
  running: number;
  /** The tenants that it has a place for; undefined where it has one for any. */
  tenants?: string[];
  /** Of the builds in the queue, by tenant and method, those that it has no place for, and why. */
  withoutPlace?: {
    tenant: string;
    method: string;
    message: string;
    hint: string;
  }[];
  /** Tenants whose builds it cannot run now, by all methods or by some. */
  blocked?: {
    tenant: string;
    methods?: string[];
    message: string;
    hint: string;
  }[];
  /** By method id. */
  methods: Record<
    string,
    { available: boolean; message?: string; hint?: string }
  >;
};

/** The limits of one tenant. */
export type TenantLimits = {
  /** Builds that it may run at once. */
  maxRunning: number;
  /** Its share against the others' where there is not enough for all. */
  weight: number;
};

/** How far builds may go. */
export type PlanLimits = {
  /** Builds that run at once in all. */
  maxRunning: number;
  defaultTenant: TenantLimits;
  tenants: Record<string, TenantLimits>;
  /** A build that waits so long, in milliseconds, rises a priority class, and again after as long, up to the highest in the queue, so that nothing starves. */
  promoteAfterMs: number;
  /** Picks at most so many. */
  batch: number;
};

/** All that a plan is made from. */
export type PlanInput = {
  /** Milliseconds since the epoch. */
  now: number;
  /** The heads of the queue: the oldest few of each (tenant, priority, placement key). */
  queue: QueuedBuild[];
  /** How many builds each tenant runs. */
  activeByTenant: Record<string, number>;
  executors: ExecutorCapacity[];
  limits: PlanLimits;
};

/** A build that is to start now. */
export type PlannedStart = { buildId: string; executor: string };

/** Why the builds of a tenant and placement key do not start now. */
export type Wait = {
  tenant: string;
  placementKey: string;
  reason: StoredWaitReason;
};

/** What is to start, in this order, and why the rest waits. A key that is neither in `waits` nor blocked is simply next. */
export type Plan = { picks: PlannedStart[]; waits: Wait[] };
