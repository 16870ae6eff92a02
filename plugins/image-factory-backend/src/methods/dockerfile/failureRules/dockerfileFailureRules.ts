import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';
import { baseArgumentMissing } from './baseArgumentMissing';
import { baseImageUnavailable } from './baseImageUnavailable';
import { copySourceMissing } from './copySourceMissing';
import { dockerfileMissing } from './dockerfileMissing';
import { dockerfileSyntax } from './dockerfileSyntax';
import { layerNotWritten } from './layerNotWritten';
import { noSpaceLeft } from './noSpaceLeft';
import { runCauses } from './runCauses';
import { runFailed } from './runFailed';
import { stageNotFound } from './stageNotFound';
import { unknownInstruction } from './unknownInstruction';

/** What is known of failing builds from a Dockerfile; the first that fits explains. */
export const dockerfileFailureRules: FailureRule[] = [
  noSpaceLeft,
  layerNotWritten,
  dockerfileMissing,
  unknownInstruction,
  stageNotFound,
  baseArgumentMissing,
  copySourceMissing,
  baseImageUnavailable,
  dockerfileSyntax,
  ...runCauses,
  runFailed,
];
