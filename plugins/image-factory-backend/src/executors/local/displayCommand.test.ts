import { displayCommand } from './displayCommand';

const workspace = {
  root: '/workspace/run',
  source: '/workspace/run/source',
  layout: '/workspace/run/layout',
  scratch: '/workspace/run/scratch',
};
const tool = {
  name: 'buildah',
  version: '1.0.0',
  path: '/usr/bin/buildah',
  globalArgs: ['--root=/store'],
  settings: {},
};

describe('displayCommand', () => {
  it('shows what a reader would type, without our own options and paths', () => {
    expect(
      displayCommand(
        {
          argv: [
            '/usr/bin/buildah',
            '--root=/store',
            'build',
            '--file=/workspace/run/source/Dockerfile',
            '/workspace/run/source',
          ],
        },
        workspace,
        [tool],
      ),
    ).toBe('buildah build --file=source/Dockerfile source');
  });

  it('quotes what a shell would take apart', () => {
    expect(
      displayCommand({ argv: ['/bin/echo', "it's; $(x)", ''] }, workspace, [
        tool,
      ]),
    ).toBe(`echo 'it'\\''s; $(x)' ''`);
  });
});
