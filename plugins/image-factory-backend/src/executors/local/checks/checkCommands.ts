import {
  ChosenTool,
  LocalCommand,
} from '@image-factory/backstage-plugin-image-factory-node';
import { CheckSettings } from '../../../checks';
import { PlatformLayout } from './writePlatformLayouts';

/** Only known vulnerabilities, and nothing asked or told over the network but the databases. */
const TRIVY_ENVIRONMENT = {
  TRIVY_SCANNERS: 'vuln',
  TRIVY_LIST_ALL_PKGS: 'false',
  TRIVY_OFFLINE_SCAN: 'true',
  TRIVY_SKIP_VERSION_CHECK: 'true',
  TRIVY_DISABLE_TELEMETRY: 'true',
  TRIVY_NO_PROGRESS: 'true',
  // Its own cache of images is for one process at a time, and no image is scanned twice.
  TRIVY_CACHE_BACKEND: 'memory',
  // The build has a time limit of its own.
  TRIVY_TIMEOUT: '24h',
};

/** How Syft writes the SBOM of the image of a platform; paths are relative to the folder of the checks. */
export function sbomCommand(options: {
  tool: ChosenTool;
  folder: string;
  /** Without a tag. */
  imageName: string;
  layout: PlatformLayout;
  report: string;
}): LocalCommand {
  const { tool, folder, imageName, layout, report } = options;
  return {
    argv: [
      tool.path,
      ...tool.globalArgs,
      'scan',
      `oci-dir:${layout.name}`,
      `--source-name=${imageName}`,
      `--source-version=${layout.digest}`,
      `--output=spdx-json=${report}`,
    ],
    cwd: folder,
    env: { SYFT_CHECK_FOR_APP_UPDATE: 'false' },
  };
}

/** How Trivy scans the image of a platform, and then shows what it has found as a table. */
export function scanCommands(options: {
  tool: ChosenTool;
  folder: string;
  settings: CheckSettings;
  layout: PlatformLayout;
  report: string;
  /** Of `trivyAccess`. */
  environment: Record<string, string>;
}): LocalCommand[] {
  const { tool, folder, settings, layout, report, environment } = options;
  const { database, javaDatabase } = settings;
  const command = (...args: string[]): LocalCommand => ({
    argv: [tool.path, ...tool.globalArgs, ...args],
    cwd: folder,
    env: { ...TRIVY_ENVIRONMENT, ...environment },
  });
  return [
    command(
      'image',
      `--input=${layout.name}`,
      '--format=json',
      `--output=${report}`,
      ...(database ? [`--db-repository=${database}`] : []),
      ...(javaDatabase ? [`--java-db-repository=${javaDatabase}`] : []),
    ),
    command('convert', '--format=table', report),
  ];
}
