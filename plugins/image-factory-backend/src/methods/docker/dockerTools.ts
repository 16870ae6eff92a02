import { ToolRequirement } from '@image-factory/backstage-plugin-image-factory-node';

/**
 * The lowest versions with what the plan needs: docker 25 is the first whose
 * `save` writes an OCI layout, podman 4 the first with this `build`, buildah
 * 1.23 the first that has `build` as a command.
 */
export const dockerTools: ToolRequirement[] = [
  {
    purpose: 'build',
    anyOf: [
      { name: 'docker', minimumVersion: '25.0.0' },
      { name: 'podman', minimumVersion: '4.0.0' },
      { name: 'buildah', minimumVersion: '1.23.0' },
    ],
  },
];
