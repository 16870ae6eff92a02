import { baseReferences } from './baseReferences';

describe('baseReferences', () => {
  it.each<[string, string, [string, string][], string[]]>([
    ['none of scratch', 'FROM scratch\nCOPY a /\n', [], []],
    [
      'of each stage, once',
      'FROM alpine:3.20 AS build\nFROM alpine:3.20\nFROM build\nFROM debian@sha256:1\n',
      [],
      ['alpine:3.20', 'debian@sha256:1'],
    ],
    [
      'and none of another stage, by name or by number',
      'FROM a AS One\nFROM b\nCOPY --from=one x /\nCOPY --chown=1 --from=0 x /\nCOPY --from=tools:1 x /\n',
      [],
      ['a', 'b', 'tools:1'],
    ],
    [
      'with defaults of arguments',
      'ARG VERSION="3.20" BASE=alpine\nFROM --platform=$TARGETPLATFORM ${BASE}:$VERSION\n',
      [],
      ['alpine:3.20'],
    ],
    [
      'with arguments that were given',
      'ARG BASE=alpine\nARG IMAGE=$BASE:1\nFROM $IMAGE\n',
      [['BASE', 'debian']],
      ['debian:1'],
    ],
    [
      'with fallbacks',
      'ARG TAG\nFROM alpine:${TAG:-3.20}\n',
      [],
      ['alpine:3.20'],
    ],
    [
      'but none that is an option of a program',
      'ARG X=--cpu-profile=/victim\nFROM $X AS unused\nFROM scratch\nCOPY --from=-x a /\n',
      [],
      [],
    ],
    ['but none that cannot be told', 'FROM $BASE\nFROM ${BASE%x}\n', [], []],
  ])('tells the images %s', (_, dockerfile, buildArgs, expected) => {
    expect(baseReferences(dockerfile, buildArgs)).toEqual(expected);
  });

  it('tells no more of them than any image is made from', () => {
    const dockerfile = Array.from(
      { length: 20_000 },
      (_, index) => `COPY --from=image:${index} a /\n`,
    ).join('');
    expect(baseReferences(`FROM scratch\n${dockerfile}`, [])).toHaveLength(50);
  });
});
