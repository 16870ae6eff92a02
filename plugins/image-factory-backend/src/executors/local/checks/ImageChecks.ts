import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import {
  ExecutionSpec,
  LocalCommand,
  NewArtifact,
} from '@image-factory/backstage-plugin-image-factory-node';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobStore } from '../../../blobs';
import {
  CHECK_KINDS,
  Checks,
  CheckSettings,
  describeCounts,
  countBySeverity,
  heldBackReason,
  MAX_REPORT_BYTES,
  ScanSummary,
  SEVERITIES,
  STOPPED_EXIT_CODE,
  stoppedImage,
  unscannedImage,
} from '../../../checks';
import { formatImageReference, RegistrySettings } from '../../../registry';
import {
  formatBytes,
  plainFailure,
  ReportKeeper,
  UpdateChannel,
} from '../../reporting';
import { BuiltImage } from '../readBuiltImage';
import { RunWorkspace } from '../RunWorkspace';
import { StepFailure } from '../StepFailure';
import { toFailure } from '../toFailure';
import { sbomCommand, scanCommands } from './checkCommands';
import { CheckTools } from './chooseCheckTools';
import { trivyAccess } from './trivyAccess';
import { PlatformLayout, writePlatformLayouts } from './writePlatformLayouts';

/** How the processes of a step have ended. */
export type ProcessesResult =
  | { ok: true; exitCode?: number }
  | { ok: false; exitCode?: number; failure: Failure };

/** What a check needs of the step that it is. */
export type CheckRun = {
  step: string;
  signal: AbortSignal;
  line(text: string): Promise<void>;
  /** Runs processes one after another until one fails. */
  run(commands: LocalCommand[]): Promise<ProcessesResult>;
};

/** A report that was kept, to be put beside the image. */
export type KeptReport = {
  check: keyof Checks;
  platform: string;
  path: string;
  artifact: NewArtifact;
};

export type ImageChecksOptions = {
  spec: ExecutionSpec;
  settings: CheckSettings;
  tools: CheckTools;
  workspace: RunWorkspace;
  registries: RegistrySettings[];
  /** What every process of a build gets. */
  environment: Record<string, string>;
  blobs: BlobStore;
  channel: UpdateChannel;
  /** Lets one at a time fetch the databases of the scan, which all share. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
};

/** Finds out of what the image of one run is made, and what is known against it. */
export class ImageChecks {
  readonly #options: ImageChecksOptions;
  readonly #folder: string;
  readonly #keeper: ReportKeeper;
  readonly #reports: KeptReport[] = [];
  #layouts: PlatformLayout[] | undefined;
  #heldBack: { failure: Failure; reason: string } | undefined;

  constructor(options: ImageChecksOptions) {
    this.#options = options;
    this.#folder = join(options.workspace.folders.scratch, 'checks');
    this.#keeper = new ReportKeeper(options);
  }

  /** Why the image may not be handed on; undefined where it may. */
  get heldBack(): { failure: Failure; reason: string } | undefined {
    return this.#heldBack;
  }

  get reports(): KeptReport[] {
    return this.#reports;
  }

  /** A scan that fails ends nothing by itself: what it means is told by {@link heldBack}. */
  async check(
    check: keyof Checks,
    image: () => Promise<BuiltImage>,
    run: CheckRun,
  ): Promise<ProcessesResult> {
    if (check === 'sbom') return this.#writeSboms(await image(), run);
    const { settings, inTurn } = this.#options;
    let result: ProcessesResult;
    try {
      const built = await image();
      result = await inTurn(() => this.#scan(built, run));
    } catch (error) {
      if (run.signal.aborted) throw error;
      const failure = plainFailure(toFailure(error, run.step));
      await run.line(`Error: ${failure.message}`);
      result = { ok: false, failure };
    }
    if (result.ok || !settings.gate) return result;
    const isStopped = result.exitCode === STOPPED_EXIT_CODE;
    this.#heldBack = {
      failure: isStopped ? result.failure : unscannedImage(result.failure),
      reason: heldBackReason(isStopped ? 'stopped' : 'failed', run.step),
    };
    return result;
  }

  async #writeSboms(
    built: BuiltImage,
    run: CheckRun,
  ): Promise<ProcessesResult> {
    const { tools } = this.#options;
    const { host, repository } = built.main;
    for (const layout of await this.#platforms(built)) {
      const report = await this.#reportPath('sbom', layout);
      const result = await run.run([
        sbomCommand({
          tool: tools.sbom!,
          folder: this.#folder,
          imageName: formatImageReference({ host, repository }),
          layout,
          report,
        }),
      ]);
      if (!result.ok || run.signal.aborted) return result;
      const bytes = await this.#keep('sbom', layout, report);
      await run.line(
        `Found ${countPackages(bytes)} packages in the image for ${
          layout.name
        }`,
      );
    }
    return { ok: true, exitCode: 0 };
  }

  async #scan(built: BuiltImage, run: CheckRun): Promise<ProcessesResult> {
    const { settings, tools, registries, environment, channel } = this.#options;
    const layouts = await this.#platforms(built);
    const access = await trivyAccess({
      folder: this.#folder,
      settings,
      registries,
      environment,
    });
    for (const layout of layouts) {
      const report = await this.#reportPath('scan', layout);
      const result = await run.run(
        scanCommands({
          tool: tools.scan!,
          folder: this.#folder,
          settings,
          layout,
          report,
          environment: access,
        }),
      );
      if (!result.ok || run.signal.aborted) return result;
      await this.#keep('scan', layout, report);
    }
    const { gate } = settings;
    const scan = await this.#keeper.summarize({ gate, step: run.step });
    for (const update of scan?.updates ?? []) await channel.write(update);
    return scan ? this.#judge(scan.summary, run) : { ok: true, exitCode: 0 };
  }

  async #judge(
    { list, stopping }: ScanSummary,
    run: CheckRun,
  ): Promise<ProcessesResult> {
    const { gate } = this.#options.settings;
    const found = SEVERITIES.map(each => `${list.counts[each]} ${each}`);
    await run.line(
      `Found ${found.join(', ')}. ${
        list.fixable
      } of them have a fixed version.`,
    );
    if (!gate || stopping.length === 0) return { ok: true, exitCode: 0 };
    await run.line(
      `Error: ${describeCounts(
        countBySeverity(stopping),
      )}: vulnerabilities of severity ${
        gate.severity
      } or worse stop an image here. Update the packages, those with a fixed version first; the table above names them.`,
    );
    return {
      ok: false,
      exitCode: STOPPED_EXIT_CODE,
      failure: plainFailure(stoppedImage({ stopping, gate, step: run.step })),
    };
  }

  async #platforms({ image }: BuiltImage): Promise<PlatformLayout[]> {
    this.#layouts ??= await writePlatformLayouts({
      folder: this.#folder,
      layout: this.#options.workspace.folders.layout,
      image,
    });
    return this.#layouts;
  }

  /** From the folder of the checks, so that no report tells where that is. */
  async #reportPath(
    check: keyof Checks,
    { name }: PlatformLayout,
  ): Promise<string> {
    await mkdir(join(this.#folder, check), { recursive: true });
    return `${check}/${name}.${CHECK_KINDS[check].ending}`;
  }

  async #keep(
    check: keyof Checks,
    { platform }: PlatformLayout,
    report: string,
  ): Promise<Buffer> {
    const path = join(this.#folder, report);
    const { size } = await stat(path);
    if (size > MAX_REPORT_BYTES) {
      throw new StepFailure({
        class: 'user',
        message: `The ${
          CHECK_KINDS[check].title
        } of the image for ${platform} is ${formatBytes(
          size,
        )} long, and no more than ${formatBytes(MAX_REPORT_BYTES)} is kept.`,
        hint: 'Make the image smaller: it has more packages than anybody could look after.',
      });
    }
    const bytes = await readFile(path);
    const { artifact, problem } = await this.#keeper.add({
      check,
      platform,
      bytes,
    });
    this.#reports.push({ check, platform, path, artifact });
    await this.#options.channel.write({ type: 'artifact', artifact });
    if (problem !== undefined) {
      throw new StepFailure({
        class: 'infrastructure',
        message: `The report of the scan for ${platform} tells nothing: ${problem}.`,
        hint: 'Update trivy on the machine of the portal.',
      });
    }
    return bytes;
  }
}

/** The image itself is one of those that an SBOM names. */
function countPackages(sbom: Buffer): number | string {
  try {
    const { packages } = JSON.parse(sbom.toString('utf8'));
    return packages.filter(
      (each: { primaryPackagePurpose?: string }) =>
        each.primaryPackagePurpose !== 'CONTAINER',
    ).length;
  } catch {
    return 'no';
  }
}
