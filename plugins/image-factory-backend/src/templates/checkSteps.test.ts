import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../__testUtils__/engines';
import { GateSettings } from '../checks';
import { buildLayout, CheckedBuild, Found } from './__testUtils__/CheckedBuild';

jest.setTimeout(60_000);

const CRITICAL: Found = {
  VulnerabilityID: 'CVE-2099-0001',
  Severity: 'CRITICAL',
  FixedVersion: '1.2.0',
};
const HIGH: Found = { VulnerabilityID: 'CVE-2099-0002', Severity: 'HIGH' };
const LOW: Found = { VulnerabilityID: 'CVE-2099-0003', Severity: 'LOW' };

describeWith(['buildah', 'skopeo', 'jq'], 'the steps of checks', () => {
  let folder: string;
  let one: string;
  let two: string;
  let build: CheckedBuild;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'check-steps-'));
    one = await buildLayout(join(folder, 'one'), ['linux/amd64']);
    two = await buildLayout(join(folder, 'two'), [
      'linux/amd64',
      'linux/arm64/v8',
    ]);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  afterEach(() => build?.dispose());

  describe('generate-sbom', () => {
    it('writes an SBOM of the image, and says where it will be', async () => {
      build = new CheckedBuild(one);
      const [{ exitCode, log }] = await build.run('generate-sbom');
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      const sbom = build.read(build.checks('sbom/linux-amd64.spdx.json'));
      expect(JSON.parse(sbom).packages[0]).toEqual({ name: 'for-amd64' });
      expect(log).toMatch(
        /^\$ syft scan oci-dir:linux-amd64 --source-name=registry\.example\.com\/team-a\/hello-site --source-version=sha256:[0-9a-f]{64} --output=/m,
      );
      expect(log).toContain('Found 1 packages in the image for linux-amd64');
      const digest = createHash('sha256').update(sbom).digest('hex');
      expect(build.task.result('SBOM_BLOB_URL')).toBe(
        `registry.example.com/team-a/hello-site@sha256:${digest}`,
      );
      const [described] = indexOf(one).manifests;
      expect(JSON.parse(build.read(build.checks('subject.json')))).toEqual(
        described,
      );
    });

    it('writes one for each platform of an index', async () => {
      build = new CheckedBuild(two);
      expect(await build.run('generate-sbom')).toMatchObject([{ exitCode: 0 }]);
      expect(readdirSync(build.checks('sbom')).sort()).toEqual([
        'linux-amd64.spdx.json',
        'linux-arm64-v8.spdx.json',
      ]);
      expect(
        build.read(build.checks('sbom/linux-arm64-v8.spdx.json')),
      ).toContain('for-arm64');
      const [described] = indexOf(two).manifests;
      expect(JSON.parse(build.read(build.checks('subject.json')))).toEqual(
        described,
      );
    });

    it('leaves out what tells how an image was built, and nothing else of that name', async () => {
      build = new CheckedBuild(two);
      const unknown = { os: 'unknown', architecture: 'unknown' };
      changeIndex(build, manifests => [
        ...manifests,
        {
          ...put(build, {
            config: put(build, {}),
            layers: [{ mediaType: 'application/vnd.in-toto+json' }],
          }),
          platform: unknown,
        },
      ]);
      expect(await build.run('generate-sbom')).toMatchObject([{ exitCode: 0 }]);
      expect(readdirSync(build.checks('sbom'))).toHaveLength(2);
      build.dispose();

      build = new CheckedBuild(two);
      changeIndex(build, manifests =>
        manifests.map(each => ({ ...each, platform: unknown })),
      );
      const [{ exitCode, log }] = await build.run('scan-image');
      expect(exitCode).toBe(1);
      expect(log).toContain('twice for the platform unknown-unknown');
    });
  });

  describe.each(['generate-sbom', 'scan-image'])('%s', step => {
    it.each<[string, (changed: CheckedBuild) => void, RegExp]>([
      [
        'a link',
        changed => symlinkSync('/etc/passwd', changed.layout('blobs/sha256/x')),
        /symbolic links/,
      ],
      [
        'a link in the place of all of it',
        changed => {
          rmSync(changed.layout(), { recursive: true });
          symlinkSync('/etc', changed.layout());
        },
        /symbolic links/,
      ],
      [
        'a pipe, which would be something else each time that it is read',
        changed => execFileSync('mkfifo', [changed.layout('blobs/sha256/x')]),
        /pipes/,
      ],
      [
        'a part that is not what its digest says, which the registry may have already',
        changed => {
          const [name] = readdirSync(changed.layout('blobs/sha256'));
          writeFileSync(changed.layout('blobs/sha256', name), 'harmless');
        },
        /not what its digest says/,
      ],
      [
        'an index in the index',
        changed =>
          changeIndex(changed, manifests => [put(changed, { manifests })]),
        /is no image of one platform/,
      ],
      [
        'a platform that would be a path',
        changed =>
          changeIndex(changed, manifests =>
            manifests.map(each => ({
              ...each,
              platform: { os: '../../etc', architecture: 'x' },
            })),
          ),
        /has no name that can be used/,
      ],
      ['no image', changed => changeIndex(changed, () => []), /holds no image/],
    ])('refuses %s', async (_, change, sentence) => {
      build = new CheckedBuild(two);
      change(build);
      const [{ exitCode, log }] = await build.run(step);
      expect(log).toMatch(sentence);
      expect(exitCode).toBe(1);
      expect(existsSync(build.checks('scan/passed'))).toBe(false);
    });
  });

  it('look at the same image, whatever the build makes of its own between them', async () => {
    build = new CheckedBuild(one);
    await build.run('generate-sbom');
    const subject = build.read(build.checks('subject.json'));
    rmSync(build.layout(), { recursive: true });
    cpSync(two, build.layout(), { recursive: true });
    expect(await build.run('scan-image')).toMatchObject([{ exitCode: 0 }]);
    expect(build.read(build.checks('subject.json'))).toBe(subject);
    expect(build.read(build.checks('scan/passed'))).toBe(
      JSON.parse(subject).digest,
    );
    expect(readdirSync(build.checks('scan')).sort()).toEqual([
      'linux-amd64.json',
      'passed',
    ]);
  });

  describe('scan-image', () => {
    it('tells all that was found, and stops nothing without a gate', async () => {
      build = new CheckedBuild(two);
      build.find(CRITICAL, HIGH, { ...LOW, Severity: 'NEW' });
      const [{ exitCode, log }] = await build.run('scan-image');
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(log).toContain('The table of linux-arm64-v8.json');
      expect(log).toContain(
        'Found 2 critical, 2 high, 0 medium, 0 low, 2 unknown. 2 of them have a fixed version.',
      );
      const none = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
      expect(JSON.parse(build.task.result('SCAN_OUTPUT'))).toEqual({
        vulnerabilities: { ...none, critical: 2 },
        unpatched_vulnerabilities: { ...none, high: 2, unknown: 2 },
      });
      expect(readdirSync(build.checks('scan')).sort()).toEqual([
        'linux-amd64.json',
        'linux-arm64-v8.json',
        'passed',
      ]);
    });

    it.each<[string, Partial<GateSettings>, string | undefined]>([
      ['critical', { severity: 'critical' }, '1 critical'],
      ['high or worse', { severity: 'high' }, '1 critical, 1 high'],
      ['anything', { severity: 'low' }, '1 critical, 1 high, 1 low'],
      [
        'what can be updated',
        { severity: 'low', ignoreUnfixed: true },
        '1 critical',
      ],
      [
        'what is not let through by its id',
        { severity: 'high', ignore: ['CVE-2099-0001'] },
        '1 high',
      ],
      [
        'none of these',
        { severity: 'critical', ignore: ['x', 'CVE-2099-0001'] },
        undefined,
      ],
    ])('stops %s', async (_, gate, stopped) => {
      build = new CheckedBuild(one, {
        checks: {
          sbom: false,
          scan: true,
          gate: {
            severity: 'low',
            ignoreUnfixed: false,
            ignore: [],
            ...gate,
          },
        },
      });
      build.find(CRITICAL, HIGH, LOW);
      const [{ exitCode, log }] = await build.run('scan-image');
      expect({ exitCode, log }).toMatchObject({ exitCode: stopped ? 10 : 0 });
      expect(existsSync(build.checks('scan/passed'))).toBe(!stopped);
      expect(/^Error: (.*): vulnerabilities of severity/m.exec(log)?.[1]).toBe(
        stopped,
      );
    });

    it('takes the databases that the operator names, with the login for base images, and shows none of it', async () => {
      const secret = join(folder, 'pull');
      mkdirSync(secret);
      writeFileSync(join(secret, '.dockerconfigjson'), '{"auths":{}}');
      writeFileSync(join(secret, 'ca.crt'), 'OF AN AUTHORITY\n');
      build = new CheckedBuild(one, {
        checks: {
          sbom: false,
          scan: true,
          database: 'registry.example.com/trivy-db:2',
          javaDatabase: 'registry.example.com/trivy-java-db:1',
        },
        workspaces: { 'pull-credentials': secret },
      });
      const [{ exitCode, log }] = await build.run('scan-image');
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(build.read(build.notes('trivy'))).toContain(
        ' --db-repository=registry.example.com/trivy-db:2 --java-db-repository=registry.example.com/trivy-java-db:1\n',
      );
      expect(build.read(build.notes('login'))).toBe('{"auths":{}}');
      expect(build.read(build.notes('certificates'))).toMatch(
        /END CERTIFICATE-----\n(?:.*\n)*OF AN AUTHORITY\n$/,
      );
    });

    it('ends as Trivy does where that cannot scan, and tells of no finding', async () => {
      build = new CheckedBuild(one);
      writeFileSync(build.notes('fails'), '');
      const [{ exitCode, log }] = await build.run('scan-image');
      expect({ exitCode, log }).toMatchObject({ exitCode: 3 });
      expect(log).toContain('no database');
      // Tekton takes {} for an object, and fails the run.
      expect(build.task.result('SCAN_OUTPUT')).toBe('');
      expect(existsSync(build.checks('scan/passed'))).toBe(false);
    });
  });
});

type Descriptor = { mediaType?: string; digest: string; size: number };
type Index = {
  manifests: (Descriptor & {
    platform?: { os: string; architecture: string };
  })[];
};

function indexOf(layout: string): Index {
  return JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
}

/** Puts a blob into the layout, as a build that has taken over its step could. */
function put(build: CheckedBuild, content: object): Descriptor {
  const text = JSON.stringify(content);
  const hex = createHash('sha256').update(text).digest('hex');
  writeFileSync(build.layout('blobs/sha256', hex), text);
  return {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    digest: `sha256:${hex}`,
    size: text.length,
  };
}

/** Has another index in the place of the image's. */
function changeIndex(
  build: CheckedBuild,
  change: (manifests: Index['manifests']) => Index['manifests'],
): void {
  const [{ digest }] = indexOf(build.layout()).manifests;
  const blob = build.layout('blobs', digest.replace(':', '/'));
  const index = JSON.parse(readFileSync(blob, 'utf8'));
  const manifests = change(index.manifests);
  writeFileSync(
    build.layout('index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [put(build, { ...index, manifests })],
    }),
  );
}
