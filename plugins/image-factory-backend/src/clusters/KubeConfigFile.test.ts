import { createMockDirectory } from '@backstage/backend-test-utils';
import { readFileSync } from 'node:fs';
import { RequestOptions } from 'node:https';
import { KubeConfigFile } from './KubeConfigFile';

describe('KubeConfigFile', () => {
  const folder = createMockDirectory();
  const file = () => folder.resolve('kubeconfig');

  /** Files of these tests hold nothing but a token. */
  const load = () => {
    const token = readFileSync(file(), 'utf8');
    if (!token) throw new Error('it is empty');
    return {
      getCurrentCluster: () => null,
      applyToHTTPSOptions: async (options: RequestOptions) => {
        options.headers = { token };
      },
    };
  };

  async function tokenOf(config: KubeConfigFile): Promise<unknown> {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    return options.headers;
  }

  it('has whoever asks log in with what the file holds now', async () => {
    folder.setContent({ kubeconfig: 'old' });
    const config = await KubeConfigFile.open({ file: file(), load });
    expect(await tokenOf(config)).toEqual({ token: 'old' });
    folder.addContent({ kubeconfig: 'renewed' });
    expect(await tokenOf(config)).toEqual({ token: 'renewed' });
  });

  it('keeps the last good login while the file is empty, as one that is being written, or gone', async () => {
    folder.setContent({ kubeconfig: 'old' });
    const config = await KubeConfigFile.open({ file: file(), load });
    folder.setContent({ kubeconfig: '' });
    expect(await tokenOf(config)).toEqual({ token: 'old' });
    folder.setContent({});
    expect(await tokenOf(config)).toEqual({ token: 'old' });
    folder.setContent({ kubeconfig: 'renewed' });
    expect(await tokenOf(config)).toEqual({ token: 'renewed' });
  });

  it('says what is wrong with a file that cannot be read at first', async () => {
    folder.setContent({ kubeconfig: '' });
    await expect(KubeConfigFile.open({ file: file(), load })).rejects.toThrow(
      'it is empty',
    );
  });
});
