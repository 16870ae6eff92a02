import {
  ExecutionSpec,
  ExecutionUpdate,
  NewArtifact,
} from '@image-factory/backstage-plugin-image-factory-node';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { BlobStore, executionFolder, vulnerabilityListKey } from '../../blobs';
import {
  CHECK_KINDS,
  Checks,
  GateSettings,
  PlatformScan,
  ScanSummary,
  SEVERITIES,
  countMetric,
  platformName,
  readScanReport,
  summarizeScan,
} from '../../checks';
import { parseImageReference } from '../../registry';

/** What a check has found out of the image of one platform. */
export type CheckReport = {
  check: keyof Checks;
  /** Such as `linux/amd64`. */
  platform: string;
  bytes: Buffer;
  /** Where it is beside the image, where a registry has it. */
  reference?: string;
};

/** Hears of what could not be stored, such as for want of space, where it can be done without. */
export type OnUnstored = (what: string, error: Error) => Promise<void>;

/** Keeps the reports of the checks of one execution's image, one after another, and tells what the scans say together. */
export class ReportKeeper {
  readonly #options: {
    spec: Pick<ExecutionSpec, 'buildId' | 'executionId' | 'config'>;
    blobs: BlobStore;
    onUnstored?: OnUnstored;
  };
  readonly #scans: PlatformScan[] = [];
  #unreadable = false;

  constructor(options: {
    spec: Pick<ExecutionSpec, 'buildId' | 'executionId' | 'config'>;
    blobs: BlobStore;
    /** Without it, whoever wants something kept is told by the error. */
    onUnstored?: OnUnstored;
  }) {
    this.#options = options;
  }

  /**
   * Keeps a report.
   *
   * @returns `problem` where it is one of a scan and cannot be read
   */
  async add(
    report: CheckReport,
  ): Promise<{ artifact: NewArtifact; problem?: string }> {
    const { spec } = this.#options;
    const { check, platform, bytes, reference } = report;
    const { artifact: type, mediaType, ending } = CHECK_KINDS[check];
    const file = `${platformName(platform)}.${ending}`;
    const blobKey = `${executionFolder(spec)}/${type}/${file}`;
    const isStored = await this.#store(blobKey, file, bytes);
    return {
      artifact: {
        type,
        name: `${imageNameOf(spec.config.image.reference)}-${file}`,
        reference,
        digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
        mediaType,
        sizeBytes: bytes.length,
        platform,
        blobKey: isStored ? blobKey : undefined,
      },
      problem: check === 'scan' ? this.#readScan(platform, bytes) : undefined,
    };
  }

  /**
   * Keeps what the scans say, all platforms together.
   *
   * @param stopped - whether the image was stopped, where that is known better than by the gate
   * @returns undefined where there was none, or one of them cannot be read: nobody is to take a part for the whole
   */
  async summarize(options: {
    gate: GateSettings | undefined;
    stopped?: boolean;
    /** The step that the counts are of. */
    step: string;
  }): Promise<
    { summary: ScanSummary; updates: ExecutionUpdate[] } | undefined
  > {
    const { spec } = this.#options;
    const { gate, stopped, step } = options;
    if (this.#unreadable || this.#scans.length === 0) return undefined;
    const summary = summarizeScan(this.#scans, gate);
    const { list } = summary;
    if (list.gate && stopped !== undefined) list.gate.stopped = stopped;
    await this.#store(
      vulnerabilityListKey(spec),
      'list of the vulnerabilities',
      Buffer.from(JSON.stringify(list)),
    );
    return {
      summary,
      updates: SEVERITIES.map(severity => ({
        type: 'metric',
        metric: {
          name: countMetric(severity),
          value: list.counts[severity],
          unit: 'count',
          step,
        },
      })),
    };
  }

  async #store(key: string, what: string, bytes: Buffer): Promise<boolean> {
    const { blobs, onUnstored } = this.#options;
    try {
      await blobs.put(key, Readable.from([bytes]));
      return true;
    } catch (error) {
      if (!onUnstored) throw error;
      await onUnstored(what, error as Error);
      return false;
    }
  }

  #readScan(platform: string, bytes: Buffer): string | undefined {
    const report = readScanReport(bytes.toString('utf8'));
    if ('problem' in report) {
      this.#unreadable = true;
      return report.problem;
    }
    this.#scans.push({ platform, findings: report.findings });
    return undefined;
  }
}

/** As the files of its reports are called: the last part of its repository, with its tag. */
function imageNameOf(image: string): string {
  const parsed = parseImageReference(image);
  if (!parsed.ok) return 'image';
  const { repository, tag = 'latest' } = parsed.reference;
  return `${repository.slice(repository.lastIndexOf('/') + 1)}-${tag}`;
}
