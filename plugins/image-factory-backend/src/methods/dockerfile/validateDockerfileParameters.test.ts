import { JsonObject } from '@backstage/types';
import { SourceFolder } from './__testUtils__/sourceFolder';
import { validateDockerfileParameters } from './validateDockerfileParameters';

describe('validateDockerfileParameters', () => {
  let folder: SourceFolder;

  beforeEach(async () => {
    folder = await SourceFolder.create();
    await folder.write('Dockerfile', 'FROM scratch\n');
    await folder.write('app/Dockerfile', 'FROM scratch AS app\n');
    await folder.write('app/docker/prod.Dockerfile', 'FROM scratch\n');
    await folder.write('docs/readme', 'x');
  });

  afterEach(async () => {
    await folder.remove();
  });

  async function validate(parameters: JsonObject) {
    return validateDockerfileParameters(parameters, await folder.view());
  }

  it.each([
    [{}],
    [{ 'context-path': 'app' }],
    [{ 'context-path': './app/' }],
    [{ 'dockerfile-path': 'app/docker/prod.Dockerfile' }],
    [
      {
        'dockerfile-path': 'app/docker/prod.Dockerfile',
        'context-path': 'app',
      },
    ],
    [{ 'dockerfile-path': './app/Dockerfile', 'context-path': '.' }],
  ])('accepts %j', async parameters => {
    expect(await validate(parameters)).toEqual([]);
  });

  it('takes a bare "Dockerfile" for the one in the context, as docker does', async () => {
    expect(await validate({ 'context-path': 'app', target: 'app' })).toEqual(
      [],
    );
    expect(await validate({ target: 'app' })).toHaveLength(1);
  });

  it.each([
    [{ 'context-path': 'nope' }, '/context-path', /is not in the source/],
    [
      { 'context-path': 'Dockerfile' },
      '/context-path',
      /is a file\. Name the folder/,
    ],
    [{ 'context-path': '..' }, '/context-path', /outside the source/],
    [{ 'context-path': '/etc' }, '/context-path', /outside the source/],
    [
      { 'context-path': 'docs' },
      '/dockerfile-path',
      /no Dockerfile at "docs\/Dockerfile".*set dockerfile-path/,
    ],
    [
      { 'dockerfile-path': 'nope/Dockerfile' },
      '/dockerfile-path',
      /no Dockerfile at "nope\/Dockerfile"/,
    ],
    [
      { 'dockerfile-path': 'app' },
      '/dockerfile-path',
      /"app" is a folder\. .*"app\/Dockerfile"/,
    ],
    [{ 'dockerfile-path': '/etc/passwd' }, '/dockerfile-path', /absolute path/],
    [
      { 'dockerfile-path': '../Dockerfile' },
      '/dockerfile-path',
      /outside the build context/,
    ],
    [
      { 'dockerfile-path': 'app/Dockerfile', 'context-path': 'docs' },
      '/dockerfile-path',
      /lies outside the build context "docs"/,
    ],
    [
      { 'dockerfile-path': 'docker/prod.Dockerfile', 'context-path': 'app' },
      '/dockerfile-path',
      /outside the build context "app"\. Write "app\/docker\/prod\.Dockerfile"\./,
    ],
  ])('refuses %j and says what to do', async (parameters, path, message) => {
    expect(await validate(parameters)).toEqual([
      { path, message: expect.stringMatching(message) },
    ]);
  });

  it('refuses a Dockerfile that leads out of the source by a link', async () => {
    await folder.link('evil', '/etc/passwd');
    expect(await validate({ 'dockerfile-path': 'evil' })).toEqual([
      {
        path: '/dockerfile-path',
        message: expect.stringContaining(
          'outside the source by a symbolic link',
        ),
      },
    ]);
  });

  it('refuses a Dockerfile that leads out of the context by a link', async () => {
    await folder.link('docs/Dockerfile', '../Dockerfile');
    expect(await validate({ 'context-path': 'docs' })).toEqual([
      {
        path: '/dockerfile-path',
        message: expect.stringContaining('out of the build context "docs"'),
      },
    ]);
  });

  it('refuses a context that leads out of the source by a link', async () => {
    await folder.link('out', '../..');
    expect(await validate({ 'context-path': 'out' })).toEqual([
      { path: '/context-path', message: expect.stringContaining('outside') },
    ]);
  });

  it('names the stages when the target is none of them', async () => {
    await folder.write(
      'Dockerfile',
      'FROM scratch AS build\nFROM build as Test\n# FROM x AS comment\nFROM scratch\n',
    );
    expect(await validate({ target: 'tset' })).toEqual([
      {
        path: '/target',
        message:
          '"tset" is not a stage of "Dockerfile". Its stages are: build, Test. Choose one of them, or leave the target out to build the last.',
      },
    ]);
    expect(await validate({ target: 'test' })).toEqual([]);
    expect(await validate({ target: '2' })).toEqual([]);
    expect(await validate({ target: '3' })).toHaveLength(1);
  });

  it('says how to name a stage where none has a name', async () => {
    expect(await validate({ target: 'x' })).toEqual([
      {
        path: '/target',
        message: expect.stringContaining('FROM … AS x'),
      },
    ]);
  });

  it.each([
    [{ 'context-path': '../x' }, '/context-path', /outside the source/],
    [{ 'context-path': '/etc' }, '/context-path', /outside the source/],
    [{ 'dockerfile-path': '/etc/passwd' }, '/dockerfile-path', /absolute/],
    [
      { 'dockerfile-path': '../Dockerfile' },
      '/dockerfile-path',
      /outside the build context/,
    ],
    [
      { 'dockerfile-path': 'a/Dockerfile', 'context-path': 'b' },
      '/dockerfile-path',
      /outside the build context/,
    ],
  ])(
    'refuses %j also where the source cannot be looked at yet',
    async (parameters: JsonObject, path, message) => {
      expect(await validateDockerfileParameters(parameters, undefined)).toEqual(
        [{ path, message: expect.stringMatching(message) }],
      );
    },
  );

  it('leaves to the build what a source that cannot be looked at yet may have', async () => {
    for (const parameters of [
      {},
      { 'context-path': 'nope' },
      { 'dockerfile-path': 'a/b/Dockerfile', target: 'x' },
    ]) {
      expect(await validateDockerfileParameters(parameters, undefined)).toEqual(
        [],
      );
    }
  });
});
