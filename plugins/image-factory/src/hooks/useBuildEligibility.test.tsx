import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  aBuild,
  aRefusal,
  notAMember,
  renderPage,
} from '../__testUtils__';
import { QueryRoot } from '../components/QueryRoot';
import {
  useCreateDenial,
  useRebuildDenial,
  useRetryDenial,
} from './usePermissionDenial';

const build = aBuild();

/** What is denied in one place of a page. */
function Place(props: { name: string }) {
  const denials = {
    build: useCreateDenial(build.entityRef),
    rebuild: useRebuildDenial(build),
    retry: useRetryDenial(build),
  };
  const denied = Object.entries(denials).filter(([, denial]) => denial);
  return (
    <output aria-label={props.name}>
      {denied.length > 0
        ? denied.map(([act, denial]) => `${act}: ${denial!.need}`).join('; ')
        : 'nothing is denied'}
    </output>
  );
}

function place(name = 'Place') {
  return screen.findByLabelText(name);
}

describe('what is denied to the reader', () => {
  it('is asked once for all places of a page, within the plugin and without', async () => {
    const api = new FakeImageFactoryApi();
    api.ineligibleFor = [notAMember()];
    renderPage(
      <>
        <Place name="Menu" />
        <QueryRoot>
          <Place name="Card" />
        </QueryRoot>
        <QueryRoot>
          <Place name="Tab" />
        </QueryRoot>
      </>,
      { api },
    );
    for (const name of ['Menu', 'Card', 'Tab']) {
      const shown = await place(name);
      await waitFor(() =>
        expect(shown).toHaveTextContent(
          'build: membership in group:default/guests; rebuild: membership in group:default/guests; retry: membership in group:default/guests',
        ),
      );
    }
    expect(api.eligibilityAsked).toEqual([build.entityRef]);
  });

  it('is asked again when the reader comes back to the page later', async () => {
    const api = new FakeImageFactoryApi();
    api.ineligibleFor = [notAMember()];
    renderPage(<Place name="Place" />, { api });
    const shown = await place();
    await waitFor(() => expect(shown).toHaveTextContent('membership'));
    api.ineligibleFor = [];
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 60_000);
    fireEvent(window, new Event('visibilitychange'));
    await waitFor(() => expect(shown).toHaveTextContent('nothing is denied'));
    clock.mockRestore();
  });

  it('is told of another API anew', async () => {
    const api = new FakeImageFactoryApi();
    renderPage(<Place name="Place" />, { api });
    await waitFor(() => expect(api.eligibilityAsked).toHaveLength(1));
    expect(await place()).toHaveTextContent('nothing is denied');
  });

  it('is building alone where the component declares no image', async () => {
    const api = new FakeImageFactoryApi();
    api.ineligibleFor = [{ code: 'NOT_BUILDABLE', message: 'No image.' }];
    renderPage(<Place name="Place" />, { api });
    const shown = await place();
    await waitFor(() =>
      expect(shown).toHaveTextContent(
        /^build: an image that the component declares$/,
      ),
    );
  });

  it('is not to retry where what is missing is the permission to build', async () => {
    const api = new FakeImageFactoryApi();
    api.ineligibleFor = [{ code: 'PERMISSION_MISSING', message: 'Denied.' }];
    renderPage(<Place name="Place" />, { api });
    const shown = await place();
    await waitFor(() =>
      expect(shown).toHaveTextContent(
        /^build: image-factory.build.create; rebuild: image-factory.build.create$/,
      ),
    );
  });

  it.each([
    [403, 'refuses to tell'],
    [404, 'does not know the question'],
  ])('is nothing where a backend answers %i, since it %s', async status => {
    const api = new FakeImageFactoryApi();
    api.eligibilityFailure = await aRefusal(status, 'No such route.');
    renderPage(<Place name="Place" />, { api });
    await waitFor(() => expect(api.eligibilityAsked).toHaveLength(1));
    expect(await place()).toHaveTextContent('nothing is denied');
  });

  it('is nothing until the answer is there', async () => {
    const api = new FakeImageFactoryApi();
    let answer = () => {};
    const ask = api.getBuildEligibility.bind(api);
    api.ineligibleFor = [notAMember()];
    api.getBuildEligibility = async entityRef => {
      await new Promise<void>(resolve => {
        answer = resolve;
      });
      return ask(entityRef);
    };
    renderPage(
      <>
        <Place name="Place" />
        <button onClick={() => answer()}>Answer</button>
      </>,
      { api },
    );
    const shown = await place();
    expect(shown).toHaveTextContent('nothing is denied');
    await userEvent.click(screen.getByRole('button', { name: 'Answer' }));
    await waitFor(() => expect(shown).toHaveTextContent('membership'));
  });
});
