import { mockServices } from '@backstage/backend-test-utils';
import { SecretValues } from './SecretValues';

function create() {
  const logger = mockServices.logger.mock();
  return { logger, secrets: SecretValues.create({ logger }) };
}

describe('SecretValues', () => {
  it('masks texts in place, and leaves those without a secret as they are', () => {
    const { secrets } = create();
    secrets.add('pässword');
    expect(secrets.mask('the pässword is wrong – again')).toBe(
      'the ********* is wrong – again',
    );
    expect(secrets.mask('nothing here')).toBe('nothing here');
  });

  it('masks a secret that the end of a text has cut, where enough of it stands there', () => {
    const { secrets } = create();
    secrets.add('s3cr3t-value');
    expect(secrets.mask('line: s3cr3t-va')).toBe('line: *********');
    expect(secrets.mask('this')).toBe('this');
  });

  it('masks the beginning of a secret wherever a text has cut it', () => {
    const { secrets } = create();
    secrets.add('s3cr3t-välue');
    expect(secrets.mask('push failed: s3cr3t-vä… (exit code 1)')).toBe(
      'push failed: **********… (exit code 1)',
    );
    expect(secrets.mask('s3cr3 and s3cr3t-s3cr3t-välue')).toBe(
      's3cr3 and ********************',
    );
  });

  it('masks a value no more that all who added it have taken back, once each', () => {
    const { secrets } = create();
    const takeBack = [secrets.add('s3cr3t-value'), secrets.add('s3cr3t-value')];
    secrets.add('another-value');
    const text = 's3cr3t-value another-value';
    const masked = () => secrets.mask(text);
    takeBack[0]();
    takeBack[0]();
    expect(masked()).toBe('************ *************');
    takeBack[1]();
    expect(masked()).toBe('s3cr3t-value *************');
    secrets.add('s3cr3t-value');
    expect(masked()).toBe('************ *************');
  });

  it('leaves values alone that would hide ordinary words, and says so once, without the value', () => {
    const { logger, secrets } = create();
    secrets.add('short');
    secrets.add('');
    expect(secrets.mask('a short text')).toBe('a short text');
    expect(secrets.automaton).toBeUndefined();
    expect(logger.warn).toHaveBeenCalledTimes(1);
    const [message] = logger.warn.mock.calls[0];
    expect(message).toMatch(/fewer than 6 characters/);
    expect(message).not.toMatch(/short/);
  });
});
