import { SourceFolder } from '../dockerfile/__testUtils__/sourceFolder';
import { dockerMethod } from './dockerMethod';

describe('what the docker method refuses', () => {
  let folder: SourceFolder;

  beforeEach(async () => {
    folder = await SourceFolder.create();
    await folder.write('Dockerfile', 'FROM scratch\n');
  });

  afterEach(async () => {
    await folder.remove();
  });

  it.each([
    ['app/Dockerfile.in', 'app/Dockerfile'],
    ['./app/x/../Dockerfile.in/', 'app/Dockerfile'],
    ['.in', 'Dockerfile'],
  ])(
    'is the Dockerfile %p, which would be preprocessed, and says how else to name it',
    async (path, name) => {
      await folder.write('app/Dockerfile.in', '#include "/etc/shadow"\n');
      await folder.write('.in', '#include "/etc/shadow"\n');
      const problem = {
        path: '/dockerfile-path',
        message: expect.stringMatching(
          new RegExp(`ends in "\\.in": .*preprocessor.*such as "${name}"\\.$`),
        ),
      };
      const parameters = { 'dockerfile-path': path };
      expect(
        await dockerMethod.validate(parameters, await folder.view()),
      ).toEqual([problem]);
      // As of a repository, which is fetched later.
      expect(await dockerMethod.validate(parameters, undefined)).toEqual([
        problem,
      ]);
    },
  );

  it.each(['Dockerfile', 'main', 'x.in/Dockerfile', 'Dockerfile.IN', 'x,y'])(
    'is not the Dockerfile %p',
    async path => {
      await folder.write(path, 'FROM scratch\n');
      expect(
        await dockerMethod.validate(
          { 'dockerfile-path': path },
          await folder.view(),
        ),
      ).toEqual([]);
    },
  );

  it('is what of any Dockerfile is wrong', async () => {
    expect(
      await dockerMethod.validate(
        { 'dockerfile-path': 'nope' },
        await folder.view(),
      ),
    ).toHaveLength(1);
  });
});
