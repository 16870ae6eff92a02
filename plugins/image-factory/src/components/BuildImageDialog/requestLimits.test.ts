import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REQUEST_LIMITS, lengthOf } from './requestLimits';

const SPEC = join(
  __dirname,
  '../../../../image-factory-backend/src/schema/openapi.yaml',
);

/** The lines of a property of BuildRequest. */
function property(name: string): string {
  const [, schema = ''] = readFileSync(SPEC, 'utf8').split(
    /^ {4}BuildRequest:$/m,
  );
  const [, lines = ''] = schema.split(new RegExp(`^ {8}${name}:$`, 'm'));
  return lines.split(/^ {0,8}\S/m)[0];
}

const limit = (name: string, keyword: string) =>
  Number(new RegExp(`${keyword}: (\\d+)`).exec(property(name))?.[1]);

describe('the limits of the dialog', () => {
  it('are those of the API', () => {
    expect(REQUEST_LIMITS).toEqual({
      image: limit('image', 'maxLength'),
      ref: limit('ref', 'maxLength'),
      tags: limit('tags', 'maxItems'),
      tag: limit('tags', 'maxLength'),
      minutes: limit('timeoutSeconds', 'maximum') / 60,
    });
  });

  it('count characters as the API does', () => {
    expect(lengthOf('a🐿b')).toBe(3);
  });
});
