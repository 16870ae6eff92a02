import { CheckSettings } from '../../checks';
import { checkedTemplate } from '../../templates/__testUtils__/checkedTemplate';
import { checksFor, checksProblem } from './checksFor';

const ALL = { buildah: 'b', syft: 's', trivy: 't' };
const NO_CHECKS = { buildah: 'b' };
const AUTO: CheckSettings = { sbom: 'auto', scan: 'auto' };
const withSteps = checkedTemplate();
const withoutSteps = checkedTemplate(
  ['    image-factory.io/sbom-step: generate-sbom\n', ''],
  ['    image-factory.io/scan-step: scan-image\n', ''],
);

describe('checksFor', () => {
  it.each<[string, Partial<CheckSettings>, Record<string, string>, string[]]>([
    ['both where their images are configured', {}, ALL, ['sbom', 'scan']],
    [
      'the one whose image is configured',
      {},
      { buildah: 'b', trivy: 't' },
      ['scan'],
    ],
    ['none where no image is', {}, NO_CHECKS, []],
    ['none that is not wanted', { sbom: 'never', scan: 'never' }, ALL, []],
    [
      'what is demanded, also where its image is missing',
      { sbom: 'always' },
      NO_CHECKS,
      ['sbom'],
    ],
    [
      'the scan where a gate demands it',
      {
        sbom: 'never',
        gate: { severity: 'high', ignoreUnfixed: false, ignore: [] },
      },
      NO_CHECKS,
      ['scan'],
    ],
  ])('gives a build %s', (_, settings, images, expected) => {
    const checks = checksFor(withSteps, { ...AUTO, ...settings }, images);
    expect(
      Object.entries(checks).flatMap(([name, isOn]) => (isOn ? [name] : [])),
    ).toEqual(expected);
  });

  it('gives a build none that its template has no step for', () => {
    expect(checksFor(withoutSteps, AUTO, ALL)).toEqual({
      sbom: false,
      scan: false,
    });
  });

  it('needs no image of the operator for a step that brings its own', () => {
    const pinned = checkedTemplate([
      'step-images/syft',
      `registry.example.com/syft@sha256:${'1'.repeat(64)}`,
    ]);
    expect(checksFor(pinned, AUTO, NO_CHECKS).sbom).toBe(true);
  });
});

describe('checksProblem', () => {
  it('has nothing against a method whose checks are only missing their images', () => {
    expect(checksProblem(withSteps, AUTO, NO_CHECKS)).toBeUndefined();
    expect(checksProblem(withoutSteps, AUTO, ALL)).toBeUndefined();
  });

  it('names the images that are missing for what is demanded', () => {
    expect(
      checksProblem(withSteps, { sbom: 'always', scan: 'auto' }, NO_CHECKS),
    ).toEqual({
      message:
        'The template checked-pipeline needs the step images syft, which are not configured.',
      hint: expect.stringMatching(/stepImages, by digest/),
    });
  });

  it('names the images that are missing for what is always there', () => {
    expect(checksProblem(withSteps, AUTO, {})?.message).toBe(
      'The template checked-pipeline needs the step images buildah, which are not configured.',
    );
  });

  it('says that a template does not do what is demanded', () => {
    expect(
      checksProblem(withoutSteps, { sbom: 'auto', scan: 'always' }, ALL),
    ).toEqual({
      message: expect.stringMatching(
        /makes no image without its scan, and the template checked-pipeline 1\.1\.0 has no step for that/,
      ),
      hint: expect.stringMatching(/imageFactory\.checks/),
    });
  });
});
