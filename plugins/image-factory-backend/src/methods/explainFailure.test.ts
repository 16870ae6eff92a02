import {
  FailureEvidence,
  FailureRule,
} from '@image-factory/backstage-plugin-image-factory-node';
import { explainFailure } from './explainFailure';

const evidence: FailureEvidence = {
  step: 'build-image',
  exitCode: 2,
  lines: ['compiling', 'fatal: the disk is on fire', 'bye'],
  firstLine: 11,
  parameters: {},
  readSource: () => undefined,
};

function rule(id: string, knows: boolean): FailureRule {
  return {
    id,
    explain: () =>
      knows ? { class: 'user', message: `known by ${id}` } : undefined,
  };
}

describe('explainFailure', () => {
  it('takes the first rule that knows the failure, and names rule and step', () => {
    expect(
      explainFailure(
        [rule('a', false), rule('b', true), rule('c', true)],
        evidence,
      ),
    ).toEqual({
      class: 'user',
      message: 'known by b',
      rule: 'b',
      step: 'build-image',
    });
  });

  it('else quotes the last line that looks like an error, with its place in the log', () => {
    expect(explainFailure([rule('a', false)], evidence)).toEqual({
      class: 'user',
      message:
        'Step build-image failed with exit code 2: fatal: the disk is on fire',
      step: 'build-image',
      evidenceLine: 12,
      hint: 'Read the log of build-image around line 12.',
    });
  });

  it('names step and exit code where no line looks like an error', () => {
    expect(explainFailure([], { ...evidence, lines: ['bye'] })).toMatchObject({
      message: 'Step build-image failed with exit code 2.',
    });
  });
});
