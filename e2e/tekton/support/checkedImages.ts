/** The files of an image with packages that the cluster's database of the tests knows, or knows nothing against. */
export function imageWith(options: {
  /** Versions of packages of npm, by their names. */
  npm: Record<string, string>;
  /** Versions of packages of Debian. */
  debian?: Record<string, string>;
}): Record<string, string> {
  const { npm, debian = {} } = options;
  return {
    Dockerfile: [
      'FROM scratch',
      'COPY os-release debian_version /etc/',
      'COPY status /var/lib/dpkg/status',
      'COPY node_modules /app/node_modules',
    ].join('\n'),
    'os-release': 'ID=debian\nVERSION_ID="12"\n',
    debian_version: '12.5\n',
    status: Object.entries(debian)
      .map(([name, version]) =>
        [
          `Package: ${name}`,
          'Status: install ok installed',
          'Architecture: all',
          `Version: ${version}`,
          'Maintainer: Tests <tests@example.com>',
          'Description: A package of the tests',
          '\n',
        ].join('\n'),
      )
      .join(''),
    ...Object.fromEntries(
      Object.entries(npm).map(([name, version]) => [
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version }),
      ]),
    ),
  };
}
