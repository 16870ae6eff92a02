import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeImageFactoryApi, aRefusal, renderPage } from '../../__testUtils__';
import { QueryRoot } from '../QueryRoot';
import { BuildImageDialog } from './BuildImageDialog';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

afterEach(() => jest.restoreAllMocks());

async function open(api: FakeImageFactoryApi) {
  renderPage(
    <QueryRoot>
      <BuildImageDialog
        entityRef="component:default/hello-site"
        isOpen
        onClose={() => undefined}
      />
    </QueryRoot>,
    { api },
  );
  const dialog = within(
    await screen.findByRole('dialog', { name: 'Build image' }),
  );
  await dialog.findByRole('textbox', { name: 'Dockerfile path' });
  const field = (name: string) => dialog.getByRole('textbox', { name });
  const build = () => dialog.getByRole('button', { name: 'Build' });
  return { dialog, field, build };
}

describe('BuildImageDialog with something to correct', () => {
  it('tells which name of a build argument is not allowed, in its own words, and leads there', async () => {
    const api = new FakeImageFactoryApi();
    api.problemsOf = ({ parameters }) =>
      Object.keys(Object(parameters?.['build-args'])).includes('9 bad name<b>')
        ? [
            {
              path: '/parameters/build-args',
              message:
                'The name "9 bad name<b>" in "build-args" has a form that is not allowed.',
              blocking: true,
            },
          ]
        : [];
    const { dialog, field, build } = await open(api);
    await userEvent.click(
      dialog.getByRole('button', { name: 'Add to Build arguments' }),
    );
    await userEvent.type(field('Build arguments Name 1'), '9 bad name<b>');
    const told = await dialog.findByText(
      'The name "9 bad name<b>" in “Build arguments” has a form that is not allowed.',
    );
    expect(build()).toBeDisabled();
    await userEvent.click(dialog.getByRole('button', { name: 'Show it' }));
    expect(told).toHaveFocus();
  });

  it.each([
    ['Image reference', 'x'.repeat(501), /501 characters.*500 at most/],
    ['Further tags', 'x'.repeat(129), /“x{20}…” has 129 characters/],
    [
      'Further tags',
      Array.from({ length: 21 }, (_, index) => `t${index}`).join(' '),
      /21 tags.*20 at most/,
    ],
  ])(
    'marks what the API would not take at the field %s, and asks for the rest alone',
    async (name, text, sentence) => {
      const api = new FakeImageFactoryApi();
      const { field, build } = await open(api);
      await userEvent.clear(field(name));
      await userEvent.click(field(name));
      await userEvent.paste(text);
      await waitFor(() =>
        expect(field(name)).toHaveAccessibleDescription(sentence),
      );
      expect(field(name)).toBeInvalid();
      expect(build()).toBeDisabled();
      await new Promise(resolve => setTimeout(resolve, 400));
      const { image, tags = [] } = api.previewed.at(-1)!;
      expect(image).toBeUndefined();
      expect(tags.every(tag => tag.length <= 128)).toBe(true);
      expect(tags.length).toBeLessThanOrEqual(20);
    },
  );

  it('keeps the form where a check fails, and checks by itself what is corrected', async () => {
    const api = new FakeImageFactoryApi();
    const { dialog, field, build } = await open(api);
    const refusal = await aRefusal(400, 'The tag is not allowed.');
    const preview = jest.spyOn(api, 'previewBuild').mockRejectedValue(refusal);
    await userEvent.type(field('Further tags'), 'bad');
    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'The tag is not allowed.',
    );
    expect(field('Further tags')).toHaveValue('bad');
    expect(field('Image reference')).toHaveValue('hello-site:{number}');
    expect(build()).toBeDisabled();
    expect(
      dialog.getByText('These inputs could not be checked.'),
    ).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Show it' }));
    expect(dialog.getByRole('alert')).toHaveFocus();

    preview.mockRestore();
    await userEvent.type(field('Further tags'), 'ly');
    await waitFor(() => expect(build()).toBeEnabled());
    expect(dialog.queryByRole('alert')).not.toBeInTheDocument();
    expect(field('Further tags')).toHaveValue('badly');
  });

  it('says why it could not be built in whole sentences', async () => {
    const api = new FakeImageFactoryApi();
    api.submitFailure = new TypeError('Failed to fetch');
    const { dialog, build } = await open(api);
    await userEvent.click(build());
    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'Failed to fetch. Nothing is lost',
    );
  });
});
