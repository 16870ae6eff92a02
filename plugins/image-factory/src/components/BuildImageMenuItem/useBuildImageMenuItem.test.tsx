import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import {
  FakeImageFactoryApi,
  aComponent,
  denying,
  notAMember,
  renderOnEntity,
} from '../../__testUtils__';
import { useBuildImageMenuItem } from './useBuildImageMenuItem';

/** A menu as the entity page of the classic frontend system has it. */
function Menu() {
  const { title, Icon, disabled, onClick } = useBuildImageMenuItem();
  const { pathname, search } = useLocation();
  return (
    <>
      <button onClick={onClick} data-disabled={disabled}>
        <Icon />
        {title}
      </button>
      <output aria-label="Address">
        {pathname}
        {search}
      </output>
    </>
  );
}

describe('useBuildImageMenuItem', () => {
  it('leads to the dialog on the tab Images', async () => {
    renderOnEntity(<Menu />, { api: new FakeImageFactoryApi() });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Build image' }),
    );
    expect(screen.getByLabelText('Address')).toHaveTextContent(
      '/catalog/default/component/hello-site/images?build',
    );
  });

  it('leads nowhere for who may not build, and says what that takes', async () => {
    renderOnEntity(<Menu />, {
      api: new FakeImageFactoryApi(),
      entity: aComponent('site-of-others'),
      permissions: denying('image-factory.build.create'),
    });
    const item = await screen.findByRole('button', {
      name: 'Build image (needs image-factory.build.create)',
    });
    expect(item).toHaveAttribute('data-disabled', 'true');
    await userEvent.click(item);
    expect(screen.getByLabelText('Address')).toHaveTextContent(/^\/$/);
  });

  it('leads nowhere for who does not belong to the owner, and says so', async () => {
    const api = new FakeImageFactoryApi();
    api.ineligibleFor = [notAMember()];
    renderOnEntity(<Menu />, { api });
    const item = await screen.findByRole('button', {
      name: 'Build image (needs membership in group:default/guests)',
    });
    await userEvent.click(item);
    expect(screen.getByLabelText('Address')).toHaveTextContent(/^\/$/);
  });
});
