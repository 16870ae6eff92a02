import { act, screen } from '@testing-library/react';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  EntityPresentationApi,
  EntityRefPresentationSnapshot,
  entityPresentationApiRef,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { EntityLink } from './EntityLink';

const NAME = { entityRef: 'user:default/guest', primaryTitle: 'guest' };
const TITLE = { ...NAME, primaryTitle: 'Guest' };

/** Tells the title of whatever it is asked for once `tell` is called. */
function titles() {
  let tell: () => void = () => undefined;
  const promise = new Promise<EntityRefPresentationSnapshot>(resolve => {
    tell = () => resolve(TITLE);
  });
  const api: EntityPresentationApi = {
    forEntity: () => ({
      snapshot: NAME,
      promise,
      update$: {
        subscribe: (observer: any) => {
          promise.then(snapshot => (observer.next ?? observer)(snapshot));
          return { unsubscribe: () => undefined, closed: false };
        },
        [Symbol.observable]() {
          return this;
        },
      } as any,
    }),
  };
  return { api, tell: () => tell() };
}

function open(api: EntityPresentationApi) {
  renderInTestApp(<EntityLink entityRef="user:default/guest" />, {
    apis: [[entityPresentationApiRef, api]],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
}

const link = () => screen.getByRole('link', { hidden: true });

describe('EntityLink', () => {
  it('shows the title of an entity, and not its name before', async () => {
    const { api, tell } = titles();
    open(api);
    await screen.findByText('guest');
    expect(link()).toHaveClass('unnamed');
    await act(async () => tell());
    expect(link()).toHaveTextContent('Guest');
    expect(link()).not.toHaveClass('unnamed');
  });

  it('shows the name where the title takes long', async () => {
    jest.useFakeTimers();
    try {
      open(titles().api);
      await act(() => jest.advanceTimersByTimeAsync(500));
      expect(link()).toHaveClass('unnamed');
      await act(() => jest.advanceTimersByTimeAsync(1_000));
      expect(link()).toHaveTextContent('guest');
      expect(link()).not.toHaveClass('unnamed');
    } finally {
      jest.useRealTimers();
    }
  });
});
