import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CORE_API,
  KubernetesClient,
  KubernetesError,
  KubernetesObject,
  hasStatus,
  objectPath,
  readLinePieces,
} from '../../clusters';
import { LogLines, LogPosition, toSeconds } from './LogLines';

/** A connection that is cut silently brings nothing, as does a step that is silent: the log is asked for anew after so long. */
const SILENT_FOR_MS = 60_000;
const AGAIN_AFTER_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** Bytes that are handed over at once. */
const PIECE_BYTES = 256 * 1024;
/** Of a line that has no end yet: a kubelet joins the pieces of a line however long it gets. */
const LINE_PIECE_BYTES = 64 * 1024;

/** Text of a log, with where its reader would go on behind it. */
export type LogPiece = {
  bytes: Buffer;
  position: LogPosition;
  /** Lines before it are gone for good. */
  hasGap: boolean;
};

/** What a log is followed with. */
export type FollowOptions = {
  client: KubernetesClient;
  namespace: string;
  pod: string;
  podUid: string;
  container: string;
  from: LogPosition | undefined;
  /** Whether the container has ended, as far as is known: then the end of its log is the end. */
  isOver(): boolean;
  /** Milliseconds of a clock that nobody can set. */
  steady(): number;
  signal: AbortSignal;
};

/**
 * The log of a container from a position on until its end, however often the
 * connection is cut.
 *
 * @returns `whole`, or `gone` where the pod was removed before the end was seen
 */
export async function* followContainerLog(
  options: FollowOptions,
): AsyncGenerator<LogPiece, 'whole' | 'gone'> {
  const { signal, isOver, steady } = options;
  let position = options.from;
  let failures = 0;
  for (;;) {
    // Asked before the log is read: what has ended by now prints nothing more.
    const wasOver = isOver();
    const lines = new LogLines(position);
    const began = steady();
    try {
      for await (const piece of readOnce(options, lines, wasOver)) {
        position = piece.position;
        failures = 0;
        yield piece;
      }
      if (wasOver) return 'whole';
      failures = 0;
    } catch (error) {
      if (signal.aborted) throw error;
      if (hasStatus(error, 404)) return 'gone';
      // A connection that was good for a while is no failure to back off from.
      failures = steady() - began >= SILENT_FOR_MS ? 1 : failures + 1;
    }
    const pause = Math.min(AGAIN_AFTER_MS * 2 ** failures, LONGEST_PAUSE_MS);
    await delay(isOver() ? 0 : pause, undefined, { signal });
  }
}

async function* readOnce(
  options: FollowOptions,
  lines: LogLines,
  wasOver: boolean,
): AsyncIterable<LogPiece> {
  const { client, namespace, pod, container, signal } = options;
  let bytes: AsyncIterable<Buffer>;
  try {
    bytes = await client.stream(
      objectPath(CORE_API, namespace, 'pods', pod, 'log'),
      {
        container,
        follow: true,
        timestamps: true,
        sinceTime: lines.position && toSeconds(lines.position.at),
      },
      signal,
      SILENT_FOR_MS,
    );
  } catch (error) {
    if (!isNotStarted(error)) throw error;
    bytes = Readable.from([]);
  }
  // Asked once the log is open: a pod that is made anew has the same name.
  await checkPod(options);
  // A node that goes away ends its answer well, in the middle of a line.
  for await (const group of readLinePieces(bytes, {
    mayBeCutOff: !wasOver,
    maxBytes: LINE_PIECE_BYTES,
  })) {
    let taken: Buffer[] = [];
    let length = 0;
    for (const line of group) {
      const text = lines.take(line);
      if (!text) continue;
      taken.push(text);
      length += text.length;
      if (length >= PIECE_BYTES) {
        yield toPiece(taken, lines);
        taken = [];
        length = 0;
      }
    }
    if (taken.length > 0) yield toPiece(taken, lines);
  }
}

async function checkPod(options: FollowOptions): Promise<void> {
  const { client, namespace, pod, podUid, signal } = options;
  const path = objectPath(CORE_API, namespace, 'pods', pod);
  const { metadata } = await client.get<KubernetesObject>(path, signal);
  if (metadata.uid === podUid) return;
  throw new KubernetesError({
    message: `GET ${path}: it is another pod of the same name`,
    status: 404,
  });
}

function toPiece(taken: Buffer[], lines: LogLines): LogPiece {
  return {
    bytes: Buffer.concat(taken),
    position: lines.position!,
    hasGap: lines.takeGap(),
  };
}

/** A container that waits to start has no log yet. */
function isNotStarted(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 400;
}
