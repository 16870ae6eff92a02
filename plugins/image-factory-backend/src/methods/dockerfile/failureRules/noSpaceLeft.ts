import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';
import { locateInstruction } from './locateInstruction';
import { locationMembers } from './describeLocation';

/** The disk that layers or the exported image go to is full: no fault of the sources, though they may be large. */
export const noSpaceLeft: FailureRule = {
  id: 'docker-no-space-left',
  explain(evidence) {
    const index = evidence.lines.findLastIndex(line =>
      /no space left on device|disk quota exceeded/i.test(line),
    );
    if (index < 0) {
      return undefined;
    }
    return {
      class: 'infrastructure',
      message:
        evidence.step === 'push-image'
          ? 'The disk that holds the workspaces of builds is full.'
          : 'The disk that holds the image store of the builder is full.',
      ...locationMembers(locateInstruction(evidence)),
      hint: 'Free space on the machine that builds, such as by removing old images and archives; the build is tried again by itself.',
      evidenceLine: evidence.firstLine + index,
    };
  },
};
