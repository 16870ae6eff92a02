import { labelProblem } from './labelProblem';

const INPUTS = {
  properties: {
    target: {
      title: 'Target stage',
      description: 'Stage of the Dockerfile to build.',
    },
    'build-args': { title: 'Build arguments' },
    bare: {},
  },
};

const told = (path: string, message: string) =>
  labelProblem({ path, message, blocking: true }, INPUTS).message;

describe('labelProblem', () => {
  it.each([
    [
      '/parameters/target',
      '"target" has a form that is not allowed. Stage of the Dockerfile to build.',
      '“Target stage” has a form that is not allowed.',
    ],
    [
      '/parameters/build-args',
      'The name "9 bad" in "build-args" has a form that is not allowed. Letters, digits and _.',
      'The name "9 bad" in “Build arguments” has a form that is not allowed. Letters, digits and _.',
    ],
    [
      '/parameters/build-args/A',
      '"build-args" › "A" must be text, but is empty.',
      '“Build arguments” › "A" must be text, but is empty.',
    ],
    ['/parameters/bare', '"bare" is missing.', '"bare" is missing.'],
    ['/parameters/gone', '"gone" is unknown.', '"gone" is unknown.'],
    ['/image', '"target" is no image.', '"target" is no image.'],
  ])(
    'tells what is wrong at %s in the words of the form',
    (path, message, words) => {
      expect(told(path, message)).toBe(words);
    },
  );
});
