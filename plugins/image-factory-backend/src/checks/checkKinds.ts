import { ArtifactType } from '@image-factory/backstage-plugin-image-factory-common';
import { Checks } from './CheckSettings';

/** What is the same of a check wherever it is done. */
export type CheckKind = {
  /** The step that does it; a template may call its own otherwise. */
  step: string;
  /** The program that does it. */
  program: string;
  /** What it is to a reader of a sentence. */
  title: string;
  artifact: ArtifactType;
  /** Of its report, also as the type of the artifact that a registry has beside the image. */
  mediaType: string;
  /** Of the report's file. */
  ending: string;
};

/** The checks in the order in which they are done. */
export const CHECK_KINDS: Record<keyof Checks, CheckKind> = {
  sbom: {
    step: 'generate-sbom',
    program: 'syft',
    title: 'SBOM',
    artifact: 'sbom',
    mediaType: 'application/spdx+json',
    ending: 'spdx.json',
  },
  scan: {
    step: 'scan-image',
    program: 'trivy',
    title: 'scan',
    artifact: 'vulnerability-report',
    mediaType: 'application/vnd.aquasec.trivy.report+json',
    ending: 'trivy.json',
  },
};

/** Where an artifact beside an image says which platform of it is meant. */
export const PLATFORM_ANNOTATION = 'image-factory.io/platform';

/** Longer reports are not taken: those of large images have a tenth of it. */
export const MAX_REPORT_BYTES = 64 * 1024 * 1024;

/** How a step ends that has found an image to be stopped, and the one that does not push it then. */
export const STOPPED_EXIT_CODE = 10;

const PLATFORM = /^[a-z0-9]+(?:\/[a-z0-9_.]+){1,2}$/;

/** Whether a text is a platform such as `linux/arm/v7`. */
export function isPlatform(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 60 && PLATFORM.test(text);
}

/** A platform as a part of a file's name. */
export function platformName(platform: string): string {
  return platform.replaceAll('/', '-');
}
