import { readScanReport } from './readScanReport';

/** As Trivy 0.74 writes it, shortened. */
const REPORT = {
  SchemaVersion: 2,
  ArtifactName: 'image',
  ArtifactType: 'container_image',
  Metadata: { OS: { Family: 'debian', Name: '12.5' } },
  Results: [
    {
      Target: 'image (debian 12.5)',
      Class: 'os-pkgs',
      Type: 'debian',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2024-0001',
          PkgID: 'openssl@3.0.1',
          PkgName: 'openssl',
          InstalledVersion: '3.0.1',
          FixedVersion: '3.0.15',
          Status: 'fixed',
          PrimaryURL: 'https://avd.aquasec.com/nvd/cve-2024-0001',
          Title: 'openssl: something\nwith two lines',
          Severity: 'CRITICAL',
        },
        {
          VulnerabilityID: 'TEMP-0290435-0B57B5',
          PkgName: 'tar',
          InstalledVersion: '1.34',
          Severity: 'LOW',
        },
      ],
    },
    {
      Target: 'Node.js',
      Class: 'lang-pkgs',
      Type: 'node-pkg',
      Vulnerabilities: [
        {
          VulnerabilityID: 'GHSA-xxxx',
          PkgName: 'left-pad',
          PkgPath: 'app/node_modules/left-pad/package.json',
          InstalledVersion: '1.0.0',
          FixedVersion: '1.3.0, 2.0.0',
        },
      ],
    },
    { Target: 'image', Class: 'lang-pkgs', Type: 'gobinary' },
  ],
};

function read(report: unknown) {
  return readScanReport(JSON.stringify(report));
}

/** A report with one vulnerability of such fields. */
function withFields(fields: object) {
  return read({
    SchemaVersion: 2,
    Results: [
      {
        Vulnerabilities: [
          { VulnerabilityID: 'CVE-1', PkgName: 'p', ...fields },
        ],
      },
    ],
  });
}

describe('readScanReport', () => {
  it('reads what was found, where, and what mends it', () => {
    expect(read(REPORT)).toEqual({
      findings: [
        {
          id: 'CVE-2024-0001',
          severity: 'critical',
          package: 'openssl',
          version: '3.0.1',
          fixedVersion: '3.0.15',
          title: 'openssl: something with two lines',
          url: 'https://avd.aquasec.com/nvd/cve-2024-0001',
          target: 'debian 12.5',
        },
        {
          id: 'TEMP-0290435-0B57B5',
          severity: 'low',
          package: 'tar',
          version: '1.34',
          target: 'debian 12.5',
        },
        {
          id: 'GHSA-xxxx',
          severity: 'unknown',
          package: 'left-pad',
          version: '1.0.0',
          fixedVersion: '1.3.0, 2.0.0',
          target: 'app/node_modules/left-pad/package.json',
        },
      ],
    });
  });

  it('finds nothing where nothing was found', () => {
    expect(read({ SchemaVersion: 2 })).toEqual({ findings: [] });
  });

  it.each([
    ['no JSON', '{', 'it is not JSON'],
    ['a list', '[]', expect.stringContaining('no report of Trivy')],
    [
      'another schema',
      '{"SchemaVersion":3}',
      expect.stringContaining('schema version 2'),
    ],
    ['nothing', 'null', expect.stringContaining('no report of Trivy')],
  ])('says so of %s', (_, json, problem) => {
    expect(readScanReport(json)).toEqual({ problem });
  });

  it.each([
    ['results that are no list', { Results: { a: 1 } }],
    ['results that are no objects', { Results: [1, null, ['x']] }],
    [
      'vulnerabilities that are no list',
      { Results: [{ Vulnerabilities: 'CVE-1' }] },
    ],
    [
      'a vulnerability without an id or a package',
      {
        Results: [
          {
            Vulnerabilities: [
              { VulnerabilityID: 'CVE-1' },
              { PkgName: 'p' },
              { VulnerabilityID: '', PkgName: 'p' },
              { VulnerabilityID: {}, PkgName: [] },
            ],
          },
        ],
      },
    ],
  ])('leaves out %s', (_, part) => {
    expect(read({ SchemaVersion: 2, ...part })).toEqual({ findings: [] });
  });

  it('makes no link of what is none', () => {
    for (const url of [
      ['javascript', 'alert(1)'].join(':'),
      'data:text/html,x',
      'https://a.example/"onclick=',
      'https://a b',
      7,
    ]) {
      expect(withFields({ PrimaryURL: url })).toEqual({
        findings: [expect.objectContaining({ url: undefined })],
      });
    }
  });

  it('cuts what is too long for a reader, and takes out what would act in a terminal', () => {
    const { findings } = withFields({
      Title: `\u001b[31m${'x'.repeat(100_000)}`,
      InstalledVersion: 'a\u0000\u2028b\ud800',
    }) as { findings: { title: string; version: string }[] };
    expect(findings[0].title).toBe(`${'x'.repeat(500)}…`);
    expect(findings[0].version).toBe('a b\uFFFD');
  });

  it('takes a name of JavaScript for a name', () => {
    expect(withFields({ PkgName: '__proto__', Severity: 'toString' })).toEqual({
      findings: [
        expect.objectContaining({ package: '__proto__', severity: 'unknown' }),
      ],
    });
  });

  it('refuses more than anybody could mend', () => {
    const one = { VulnerabilityID: 'CVE-1', PkgName: 'p' };
    expect(
      read({
        SchemaVersion: 2,
        Results: [{ Vulnerabilities: Array(200_001).fill(one) }],
      }),
    ).toEqual({ problem: 'it has more than 200000 vulnerabilities' });
  });
});
