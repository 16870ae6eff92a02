import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { bootId, readProcess } from './processes';

/** The pid namespace of a system that is in no container: the kernel's own number for it. */
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]';

/** The process that holds a slot, and where its id means something. */
export type SlotOwner = {
  pid: number;
  startedAt: string;
  bootId: string;
  /** Empty where the system has none. */
  pidNamespace: string;
  /** Tells machines apart, where the process is in no container. */
  machine?: string;
};

/** This process as an owner. */
export async function ownerHere(): Promise<SlotOwner> {
  const self = await readProcess(process.pid);
  const pidNamespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return {
    pid: process.pid,
    startedAt: self?.startedAt ?? '',
    bootId: await bootId(),
    pidNamespace,
    machine:
      pidNamespace === INITIAL_PID_NAMESPACE ? await machineId() : undefined,
  };
}

/**
 * Whether an owner lives; `unknown` where only its own machine or container
 * could tell: ids of processes mean nothing anywhere else, whatever a host is
 * called.
 */
export async function stateOf(
  owner: SlotOwner,
): Promise<'alive' | 'dead' | 'unknown'> {
  const here = await ownerHere();
  if (
    owner.bootId === here.bootId &&
    owner.pidNamespace === here.pidNamespace
  ) {
    const found = await readProcess(owner.pid);
    // The start time holds the boot too: an id may be another process's by now.
    return found?.startedAt === owner.startedAt ? 'alive' : 'dead';
  }
  const hasRebooted =
    owner.machine !== undefined &&
    owner.machine === here.machine &&
    owner.bootId !== here.bootId;
  return hasRebooted ? 'dead' : 'unknown';
}

/** The machine's own id is not to be shown around. */
async function machineId(): Promise<string | undefined> {
  const id = (await readFile('/etc/machine-id', 'utf8').catch(() => '')).trim();
  return id
    ? createHash('sha256').update(`image-factory ${id}`).digest('hex')
    : undefined;
}

export function isOwner(value: unknown): value is SlotOwner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    ['startedAt', 'bootId', 'pidNamespace'].every(
      key => typeof (value as Record<string, unknown>)[key] === 'string',
    )
  );
}
