import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  aBuild,
  denying,
  notAMember,
  renderPage,
} from '../../__testUtils__';
import { BuildPage } from './BuildPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

describe('what may be denied on the page of a build', () => {
  it.each([
    ['queued', 'Cancel build', 'image-factory.build.cancel'],
    ['pending', 'Start build', 'image-factory.build.retry'],
    ['failed', 'Retry', 'image-factory.build.retry'],
    ['completed', 'Rebuild', 'image-factory.build.create'],
  ] as const)(
    'says of a build that is %s why %s is denied',
    async (status, name, permission) => {
      const api = new FakeImageFactoryApi();
      const id = `${status}-denied`;
      api.builds = [
        aBuild({ id, status, entityRef: `component:default/${status}-site` }),
      ];
      const calls = [
        jest.spyOn(api, 'cancelBuild'),
        jest.spyOn(api, 'startBuild'),
        jest.spyOn(api, 'retryBuild'),
        jest.spyOn(api, 'rebuildBuild'),
      ];
      renderPage(<BuildPage buildId={id} />, {
        api,
        permissions: denying(permission),
      });
      await waitFor(() =>
        expect(screen.getByRole('button', { name })).toHaveAttribute(
          'aria-disabled',
          'true',
        ),
      );
      const button = screen.getByRole('button', { name });
      expect(button).toHaveAccessibleDescription(new RegExp(permission));
      button.focus();
      await userEvent.keyboard('{Enter}');
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
      expect(screen.queryByRole('menu')).not.toBeInTheDocument();
      calls.forEach(call => expect(call).not.toHaveBeenCalled());
    },
  );

  it.each([
    ['pending', 'Start build'],
    ['failed', 'Retry'],
    ['failed', 'Rebuild'],
  ] as const)(
    'says of a build that is %s why who does not belong to its owner may not have it run again: %s',
    async (status, name) => {
      const api = new FakeImageFactoryApi();
      api.builds = [aBuild({ status })];
      api.ineligibleFor = [notAMember()];
      renderPage(<BuildPage buildId="build-1" />, { api });
      await waitFor(() =>
        expect(screen.getByRole('button', { name })).toHaveAttribute(
          'aria-disabled',
          'true',
        ),
      );
      expect(screen.getByRole('button', { name })).toHaveAccessibleDescription(
        notAMember().message,
      );
    },
  );

  it('lets who does not belong to the owner cancel', async () => {
    const api = new FakeImageFactoryApi();
    api.builds = [aBuild()];
    api.ineligibleFor = [notAMember()];
    renderPage(<BuildPage buildId="build-1" />, { api });
    const cancel = await screen.findByRole('button', { name: 'Cancel build' });
    await waitFor(() => expect(api.eligibilityAsked).toHaveLength(1));
    expect(cancel).not.toHaveAttribute('aria-disabled');
  });

  it('runs again what has run already where its component declares no image any more', async () => {
    const api = new FakeImageFactoryApi();
    api.builds = [aBuild({ status: 'failed' })];
    api.ineligibleFor = [{ code: 'NOT_BUILDABLE', message: 'No image.' }];
    renderPage(<BuildPage buildId="build-1" />, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Rebuild' }),
    );
    expect(
      await screen.findByRole('menuitem', { name: /same/i }),
    ).toBeInTheDocument();
    expect(screen.getByText('Retry').closest('button')).not.toHaveAttribute(
      'aria-disabled',
    );
  });

  it('holds nothing back while it is not known what is allowed', async () => {
    const api = new FakeImageFactoryApi();
    api.builds = [aBuild({ id: 'not-known' })];
    renderPage(<BuildPage buildId="not-known" />, {
      api,
      permissions: {
        authorize: async () => {
          throw new Error('The policy cannot be reached.');
        },
      },
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Cancel build' }),
    );
    expect(
      await screen.findByRole('dialog', { name: 'Cancel this build?' }),
    ).toBeInTheDocument();
  });
});
