import { ScanGateSeverityEnum } from '@image-factory/backstage-plugin-image-factory-common';

/** Whether a check is done: where it can be, of every image, or of none. */
export type CheckMode = 'auto' | 'always' | 'never';

/** What an image is held against before it is pushed. */
export type GateSettings = {
  /** Vulnerabilities of this severity and worse stop an image. */
  severity: ScanGateSeverityEnum;
  /** Whether those without a fixed version are let through. */
  ignoreUnfixed: boolean;
  /** The ids of those that are let through whatever they are, such as `CVE-2024-0001`. */
  ignore: string[];
};

/** What the operator wants to know of images: of what they are made, and what is known against it. */
export type CheckSettings = {
  sbom: CheckMode;
  scan: CheckMode;
  /** Where Trivy gets its database of vulnerabilities, as an image reference; its own place where it is undefined. */
  database?: string;
  /** The same for the one by which it knows Java archives. */
  javaDatabase?: string;
  gate?: GateSettings;
};

/** Which checks are meant. */
export type Checks = { sbom: boolean; scan: boolean };
