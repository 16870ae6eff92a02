import { JsonObject } from '@backstage/types';
import { HOSTILE_NAMES, INERT_VALUES, LONGEST_VALUES } from './inertValues';

/** The folder of a repository that is all of a source. */
export const HOSTILE_FOLDER = `it's "x" $HOME $$PATH \`id\` ;&|<>*?[a]{b,c}~#!%s`;

/** A branch whose name git allows. */
export const HOSTILE_BRANCH = `a'"$HOME;&|\`id\`{x}<y>(z)$(context.pipelineRun.name)#!%s`;

/** A build whose values are taken, and have to do nothing but be there. */
export type InertBuild = {
  component?: string;
  ref?: string;
  /** Of the component's source. */
  folder?: string;
  parameters?: JsonObject;
};

/** By what they try. */
export const INERT_BUILDS: Record<string, InertBuild> = {
  'values of arguments and labels': {
    parameters: { 'build-args': named('V'), labels: named('v') },
  },
  'values of the greatest size': {
    parameters: {
      'build-args': Object.fromEntries(
        LONGEST_VALUES.map((value, index) => [`V${index}`, value]),
      ),
    },
  },
  'names of arguments and labels': {
    parameters: {
      'build-args': JSON.parse(
        '{"__proto__": "a", "constructor": "b", "PATH": "c", "SOURCE": "d", "IFS": "/", "LD_PRELOAD": "e", "BUILDAH_ISOLATION": "f"}',
      ),
      labels: {
        constructor: 'a',
        'image-factory.io/tenant': 'payments',
        'io.kubernetes.cri-o.annotations': '{"hostPath": "/"}',
        'tekton.dev/pipelineRun': 'other',
      },
    },
  },
  ...Object.fromEntries(
    HOSTILE_NAMES.map(name => [
      `the folder and the file ${JSON.stringify(name)}`,
      {
        parameters: {
          'context-path': name,
          'dockerfile-path': `${name}/${name}`,
        },
      },
    ]),
  ),
  'the stage null': { parameters: { target: 'null' } },
  'the stage 0x7f': { parameters: { target: '0x7f' } },
  'a folder of the source and a branch': {
    component: 'hostile-folder',
    folder: HOSTILE_FOLDER,
    ref: HOSTILE_BRANCH,
  },
  'annotations and labels of a component': { component: 'hostile-metadata' },
};

function named(prefix: string): Record<string, string> {
  return Object.fromEntries(
    INERT_VALUES.map((value, index) => [`${prefix}${index}`, value]),
  );
}
