import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ExecutionSpec,
  ExecutionUpdate,
} from '@image-factory/backstage-plugin-image-factory-node';
import { BlobStore } from '../../blobs';
import {
  CHECK_KINDS,
  Checks,
  GateSettings,
  MAX_REPORT_BYTES,
  PLATFORM_ANNOTATION,
  ScanSummary,
  isPlatform,
} from '../../checks';
import {
  ImagePusher,
  OciDescriptor,
  Referrer,
  RegistryError,
  formatImageReference,
  parseImageReference,
} from '../../registry';
import { ReportKeeper, describeReferrerEvent, plainText } from '../reporting';
import { PushedImage } from './pushedImage';

const KINDS = Object.keys(CHECK_KINDS) as (keyof Checks)[];

export type CollectReportsOptions = {
  spec: ExecutionSpec;
  /** Of the manifests that the pod says to have put beside the image. */
  digests: string[];
  /** Undefined where it was not pushed. */
  image: PushedImage | undefined;
  /** Undefined where there was no scan. */
  scanStep: string | undefined;
  gate: GateSettings | undefined;
  isStopped: boolean;
  pusher: ImagePusher;
  blobs: BlobStore;
  logger: LoggerService;
  log(line: string): Promise<void>;
  signal: AbortSignal;
};

/**
 * Keeps the SBOMs and the reports that a pod has put beside its image, and sees
 * to it that they are found there. What cannot be had of them is told in the
 * log and fails no build: it is in the registry, and the pod has decided by it.
 */
export async function collectReports(
  options: CollectReportsOptions,
): Promise<{ updates: ExecutionUpdate[]; scan: ScanSummary | undefined }> {
  const { spec, digests, image, scanStep, gate, isStopped, blobs, log } =
    options;
  const { logger, signal } = options;
  const parsed = parseImageReference(spec.config.image.reference);
  const { host, repository } = parsed.ok
    ? parsed.reference
    : { host: undefined, repository: '' };
  if (host === undefined) return { updates: [], scan: undefined };
  const keeper = new ReportKeeper({
    spec,
    blobs,
    async onUnstored(what, error) {
      signal.throwIfAborted();
      logger.warn(
        `The ${what} of build ${spec.buildId} could not be kept`,
        error,
      );
      await log(
        `Warning: the portal could not keep the ${what}; the log of the backend tells why. All reports are in the registry beside the image.`,
      );
    },
  });
  const updates: ExecutionUpdate[] = [];
  const found: { subject: string; descriptor: OciDescriptor }[] = [];
  const known = new Set<string>();
  for (const digest of digests) {
    const report = await readReport({ ...options, host, repository, digest });
    if (!report) continue;
    const { check, platform, referrer } = report;
    const key = `${check} ${platform}`;
    if (known.has(key)) continue;
    known.add(key);
    const { artifact, problem } = await keeper.add({
      check,
      platform,
      bytes: referrer.bytes,
      reference: formatImageReference({ host, repository, digest }),
    });
    updates.push({ type: 'artifact', artifact });
    const { descriptor, subject } = referrer;
    found.push({ subject: subject.digest, descriptor });
    if (problem)
      await log(`Warning: the report ${digest} tells nothing: ${problem}.`);
  }
  const scan =
    scanStep === undefined
      ? undefined
      : await keeper.summarize({ gate, stopped: isStopped, step: scanStep });
  for (const subject of image ? new Set(found.map(each => each.subject)) : []) {
    const referrers = found
      .filter(each => each.subject === subject)
      .map(({ descriptor }) => descriptor);
    await link({ ...options, host, repository, subject, referrers });
  }
  return {
    updates: [...updates, ...(scan?.updates ?? [])],
    scan: scan?.summary,
  };
}

type InRepository = CollectReportsOptions & {
  host: string;
  repository: string;
};

async function readReport(
  options: InRepository & { digest: string },
): Promise<
  { check: keyof Checks; platform: string; referrer: Referrer } | undefined
> {
  const { digest, image, pusher, log } = options;
  const skip = async (why: string) => {
    await log(`Warning: the report ${digest} is not kept: ${plainText(why)}`);
    return undefined;
  };
  const read = await spared(options, () =>
    pusher.referrers.read({
      ...options,
      maxBytes: MAX_REPORT_BYTES,
      onEvent: event => log(describeReferrerEvent(event)),
    }),
  );
  if ('error' in read) return skip(read.error.message);
  if (!read.value.ok) return skip(`${read.value.problem}.`);
  const { referrer } = read.value;
  const { artifactType, subject, annotations } = referrer;
  const check = KINDS.find(
    each => CHECK_KINDS[each].mediaType === artifactType,
  );
  if (!check) return skip(`it is of the type ${artifactType}, which is none.`);
  // Those of an index are about the images of its platforms, where each was scanned by a task of its own.
  const known = image && [image.digest, ...(image.parts ?? [])];
  if (known && !known.includes(subject.digest)) {
    return skip(`it is about ${subject.digest}, which is not what was pushed.`);
  }
  const platform = annotations[PLATFORM_ANNOTATION];
  return isPlatform(platform)
    ? { check, platform, referrer }
    : skip('it does not say for which platform it is.');
}

async function link(
  options: InRepository & { subject: string; referrers: OciDescriptor[] },
): Promise<void> {
  const { pusher, log } = options;
  const linked = await spared(options, () =>
    pusher.referrers.link({
      ...options,
      onEvent: event => log(describeReferrerEvent(event)),
    }),
  );
  if ('error' in linked) {
    await log(
      `Warning: the registry does not list the reports beside the image: ${plainText(
        linked.error.message,
      )}`,
    );
  }
}

async function spared<T>(
  { signal }: { signal: AbortSignal },
  work: () => Promise<T>,
): Promise<{ value: T } | { error: RegistryError }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (signal.aborted || !(error instanceof RegistryError)) throw error;
    return { error };
  }
}
