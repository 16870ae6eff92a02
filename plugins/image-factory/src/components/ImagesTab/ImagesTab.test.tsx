import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import {
  FakeImageFactoryApi,
  aBuild,
  aComponent,
  aRefusal,
  denying,
  notAMember,
  renderOnEntity,
} from '../../__testUtils__';
import { ImagesTab } from './ImagesTab';

function Address() {
  const { search } = useLocation();
  return <output aria-label="Address">{search}</output>;
}

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

describe('ImagesTab on a fake API', () => {
  it('opens the dialog where the address asks for it, and only once', async () => {
    renderOnEntity(
      <>
        <ImagesTab />
        <Address />
      </>,
      { api: new FakeImageFactoryApi(), path: '/?build&kept=1' },
    );
    const dialog = await screen.findByRole('dialog', { name: 'Build image' });
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(screen.getByLabelText('Address')).toHaveTextContent('?kept=1');
  });

  it('keeps the button of who may not build within reach, with the reason', async () => {
    const api = new FakeImageFactoryApi();
    api.builds = [aBuild({ entityRef: 'component:default/site-of-others' })];
    renderOnEntity(<ImagesTab />, {
      api,
      entity: aComponent('site-of-others'),
      permissions: denying('image-factory.build.create'),
    });
    await screen.findByRole('link', { name: '#1' });
    const button = screen.getByRole('button', { name: 'Build image' });
    await waitFor(() =>
      expect(button).toHaveAttribute('aria-disabled', 'true'),
    );
    expect(button).toHaveAccessibleDescription(
      'This needs the permission image-factory.build.create, and the portal’s policy does not grant it to you here. Ask a portal admin for it.',
    );
    while (document.activeElement !== button) {
      await userEvent.tab();
      expect(document.body).not.toHaveFocus();
    }
    expect(
      screen.getByText(/the permission image-factory.build.create/),
    ).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await userEvent.click(button);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('keeps the button of who does not belong to the owner within reach, with the reason', async () => {
    const api = new FakeImageFactoryApi();
    api.ineligibleFor = [notAMember()];
    renderOnEntity(<ImagesTab />, { api });
    const find = () => screen.getByRole('button', { name: 'Build image' });
    await waitFor(() =>
      expect(find()).toHaveAttribute('aria-disabled', 'true'),
    );
    const button = find();
    expect(button).toHaveAccessibleDescription(notAMember().message);
    await userEvent.click(button);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('does not open the dialog of an address for who may not build', async () => {
    renderOnEntity(<ImagesTab />, {
      api: new FakeImageFactoryApi(),
      entity: aComponent('site-of-others-still'),
      permissions: denying('image-factory.build.create'),
      path: '/?build',
    });
    await waitFor(() =>
      expect(
        screen.getByRole('button', { name: 'Build image' }),
      ).toHaveAttribute('aria-disabled', 'true'),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('opens nothing by itself once what was denied is allowed', async () => {
    const api = new FakeImageFactoryApi();
    api.ineligibleFor = [notAMember()];
    renderOnEntity(<ImagesTab />, {
      api,
      entity: aComponent('site-of-others-for-now'),
      path: '/?build',
    });
    const button = () => screen.getByRole('button', { name: 'Build image' });
    await waitFor(() =>
      expect(button()).toHaveAttribute('aria-disabled', 'true'),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    api.ineligibleFor = [];
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    fireEvent(window, new Event('visibilitychange'));
    await waitFor(() => expect(button()).not.toHaveAttribute('aria-disabled'));
    clock.mockRestore();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('names the permission that seeing the builds takes', async () => {
    const api = new FakeImageFactoryApi();
    api.failure = await aRefusal(
      403,
      'You may not do this: image-factory.build.read.',
    );
    renderOnEntity(<ImagesTab />, { api });
    const alerts = await screen.findAllByRole('alert');
    expect(alerts[0]).toHaveTextContent(
      'No access to the builds of this component',
    );
    expect(alerts[0]).toHaveTextContent('image-factory.build.read');
  });
});
