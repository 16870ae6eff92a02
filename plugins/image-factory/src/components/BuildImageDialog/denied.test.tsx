import { screen, within } from '@testing-library/react';
import {
  FakeImageFactoryApi,
  aCluster,
  anExecutor,
  denying,
  renderPage,
} from '../../__testUtils__';
import { QueryRoot } from '../QueryRoot';
import { BuildImageDialog } from './BuildImageDialog';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

describe('BuildImageDialog for a reader who may not see executors', () => {
  it('asks nothing about the place, and does not ask the backend for what it would refuse', async () => {
    const api = new FakeImageFactoryApi();
    api.executors = [anExecutor(), aCluster()];
    const listed = jest.spyOn(api, 'listExecutors');
    renderPage(
      <QueryRoot>
        <BuildImageDialog
          entityRef="component:default/hello-site"
          isOpen
          onClose={() => undefined}
        />
      </QueryRoot>,
      { api, permissions: denying('image-factory.executor.read') },
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Build image' }),
    );
    await dialog.findByRole('textbox', { name: 'Dockerfile path' });
    expect(
      dialog.queryByRole('button', { name: /Where to build/ }),
    ).not.toBeInTheDocument();
    expect(dialog.getByText('local with buildah 1.28.2')).toBeInTheDocument();
    expect(listed).not.toHaveBeenCalled();
  });
});
