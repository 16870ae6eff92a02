import { useState } from 'react';
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  aCluster,
  aRefusal,
  anExecutor,
  renderPage,
} from '../../__testUtils__';
import { QueryRoot } from '../QueryRoot';
import { BuildImageDialog } from './BuildImageDialog';

const entityRef = 'component:default/hello-site';

function Opener() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button onClick={() => setOpen(true)}>Open</button>
      <BuildImageDialog
        entityRef={entityRef}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      />
    </>
  );
}

async function open(api: FakeImageFactoryApi) {
  renderPage(
    <QueryRoot>
      <Opener />
    </QueryRoot>,
    { api },
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Open' }));
  const dialog = await screen.findByRole('dialog', { name: 'Build image' });
  await within(dialog).findByRole('textbox', { name: 'Dockerfile path' });
  return within(dialog);
}

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

afterEach(() => jest.restoreAllMocks());

describe('BuildImageDialog on a fake API', () => {
  it('comes filled in with what the backend would do', async () => {
    const api = new FakeImageFactoryApi();
    const dialog = await open(api);
    expect(
      dialog.getByRole('textbox', { name: 'Image reference' }),
    ).toHaveValue('hello-site:{number}');
    expect(
      dialog.getByRole('textbox', { name: 'Dockerfile path' }),
    ).toHaveValue('Dockerfile');
    expect(dialog.getByText('examples/hello-site')).toBeInTheDocument();
    expect(dialog.getByText('local with buildah 1.28.2')).toBeInTheDocument();
  });

  it.each([
    ['export', 'exported as an archive to download'],
    ['push', 'pushed to its registry'],
  ] as const)(
    'says of the target %s that the image will be %s',
    async (target, words) => {
      const api = new FakeImageFactoryApi();
      api.target = target;
      const dialog = await open(api);
      expect(dialog.getByText(words)).toBeInTheDocument();
    },
  );

  it('tells what the build asks of a node', async () => {
    const api = new FakeImageFactoryApi();
    api.requests = { cpuCores: 1.5, memoryBytes: 4 * 1024 ** 3 };
    const dialog = await open(api);
    expect(dialog.getByText('1.5 CPU, 4.0 GiB of memory')).toBeInTheDocument();
  });

  it('sends only what was touched, so that defaults stay the backend’s', async () => {
    const api = new FakeImageFactoryApi();
    const dialog = await open(api);
    await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
    await waitFor(() => expect(api.submitted).toEqual([{ entityRef }]));
  });

  it('sends what was typed', async () => {
    const api = new FakeImageFactoryApi();
    const dialog = await open(api);
    await userEvent.click(
      dialog.getByRole('button', { name: 'Add to Build arguments' }),
    );
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Build arguments Name 1' }),
      'VERSION',
    );
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Build arguments Value 1' }),
      '1.2',
    );
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Further tags' }),
      'latest, stable',
    );
    const timeout = dialog.getByRole('textbox', { name: 'Timeout in minutes' });
    await userEvent.clear(timeout);
    await userEvent.type(timeout, '5{Enter}');
    await waitFor(() =>
      expect(api.submitted).toEqual([
        {
          entityRef,
          parameters: {
            'dockerfile-path': 'Dockerfile',
            'context-path': '.',
            'build-args': { VERSION: '1.2' },
          },
          tags: ['latest', 'stable'],
          timeoutSeconds: 300,
        },
      ]),
    );
  });

  it('sends what was ticked, with what is told of it at its box', async () => {
    const api = new FakeImageFactoryApi();
    const dialog = await open(api);
    const box = dialog.getByRole('checkbox', {
      name: 'Build without the cache',
    });
    expect(box).not.toBeChecked();
    expect(box).toHaveAccessibleDescription(
      'Carries out every instruction anew.',
    );
    await userEvent.click(box);
    await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
    await waitFor(() =>
      expect(api.submitted).toEqual([
        {
          entityRef,
          parameters: {
            'dockerfile-path': 'Dockerfile',
            'context-path': '.',
            'no-cache': true,
          },
        },
      ]),
    );
  });

  it.each([
    [
      'two rows of the same name',
      ['VERSION', '1'],
      ['VERSION', '2'],
      /Row 1 has the name VERSION already/,
    ],
    [
      'a value without a name',
      ['VERSION', '1'],
      ['', '2'],
      /Give this value a name/,
    ],
  ])(
    'marks %s, and builds once that is mended',
    async (_, first, second, sentence) => {
      const api = new FakeImageFactoryApi();
      const dialog = await open(api);
      const cell = (part: string, row: number) =>
        dialog.getByRole('textbox', { name: `Build arguments ${part} ${row}` });
      for (const [index, [name, value]] of [first, second].entries()) {
        await userEvent.click(
          dialog.getByRole('button', { name: 'Add to Build arguments' }),
        );
        if (name) await userEvent.type(cell('Name', index + 1), name);
        await userEvent.type(cell('Value', index + 1), value);
      }
      expect(cell('Name', 1)).toBeValid();
      expect(cell('Name', 2)).toBeInvalid();
      expect(cell('Name', 2)).toHaveAccessibleDescription(sentence);
      expect(dialog.getByRole('button', { name: 'Build' })).toBeDisabled();
      expect(
        dialog.getByText('Correct what is marked before you build.'),
      ).toBeInTheDocument();

      await userEvent.clear(cell('Name', 2));
      await userEvent.type(cell('Name', 2), 'OTHER');
      await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
      await waitFor(() =>
        expect(
          api.submitted.map(each => each.parameters?.['build-args']),
        ).toEqual([{ VERSION: '1', OTHER: '2' }]),
      );
    },
  );

  it('brings what is marked into view, and the focus there on demand', async () => {
    const scrollTo = jest.spyOn(Element.prototype, 'scrollIntoView');
    const api = new FakeImageFactoryApi();
    api.problemsOf = () => [
      {
        path: '/parameters/dockerfile-path',
        message: 'There is no Dockerfile.',
        blocking: true,
      },
    ];
    const dialog = await open(api);
    const field = dialog.getByRole('textbox', { name: 'Dockerfile path' });
    const shown = () => scrollTo.mock.contexts.at(-1) as HTMLElement;
    await waitFor(() => expect(scrollTo).toHaveBeenCalledTimes(1));
    expect(shown()).toContainElement(field);
    expect(shown()).toHaveTextContent('There is no Dockerfile.');
    expect(field).not.toHaveFocus();

    await userEvent.click(dialog.getByRole('button', { name: 'Show it' }));
    expect(scrollTo).toHaveBeenCalledTimes(2);
    expect(field).toHaveFocus();
  });

  it('keeps what is wrong with the field that is typed in view, and leaves the focus there', async () => {
    const api = new FakeImageFactoryApi();
    const dialog = await open(api);
    const field = dialog.getByRole('textbox', { name: 'Timeout in minutes' });
    await userEvent.clear(field);
    const scrollTo = jest.spyOn(Element.prototype, 'scrollIntoView');
    await userEvent.type(field, 'x');
    expect(scrollTo).toHaveBeenCalledTimes(1);
    const shown = scrollTo.mock.contexts[0] as HTMLElement;
    expect(shown).toContainElement(field);
    expect(shown).toHaveTextContent('Write a whole number of minutes');
    expect(field).toHaveFocus();
  });

  it('brings into view why the build was not started', async () => {
    const scrollTo = jest.spyOn(Element.prototype, 'scrollIntoView');
    const api = new FakeImageFactoryApi();
    api.submitFailure = new Error('The queue is full.');
    const dialog = await open(api);
    await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
    await waitFor(() => expect(dialog.getByRole('alert')).toHaveFocus());
    expect(scrollTo.mock.contexts).toEqual([dialog.getByRole('alert')]);
  });

  it.each([
    ['soon', /Write a whole number of minutes/],
    ['0', /Write a whole number of minutes/],
    ['300', /240 minutes at most/],
    ['99999', /240 minutes at most/],
  ])('tells one limit of a timeout of %s minutes', async (typed, sentence) => {
    const api = new FakeImageFactoryApi();
    const message = 'A build may run 240 minutes at most.';
    api.problemsOf = ({ timeoutSeconds = 60 }) =>
      timeoutSeconds > 240 * 60
        ? [{ path: '/timeoutSeconds', message, blocking: true }]
        : [];
    const dialog = await open(api);
    const field = dialog.getByRole('textbox', { name: 'Timeout in minutes' });
    await userEvent.clear(field);
    await userEvent.type(field, typed);
    await waitFor(() => expect(field).toHaveAccessibleDescription(sentence));
    expect(dialog.queryByText(/1440/)).not.toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Build' })).toBeDisabled();
  });

  it('asks where to build where there is a choice, and says where that would be', async () => {
    const api = new FakeImageFactoryApi();
    api.executors = [anExecutor(), aCluster()];
    api.placeOf = ({ infrastructure = 'auto' }) =>
      infrastructure === 'kubernetes'
        ? { infrastructure, executor: 'eu-1' }
        : { infrastructure, executor: 'local', tool: 'buildah 1.28.2' };
    const dialog = await open(api);
    const field = await dialog.findByRole('button', { name: /Where to build/ });
    expect(field).toHaveTextContent('Automatic');
    expect(
      dialog.getByText('This machine with buildah 1.28.2'),
    ).toBeInTheDocument();

    await userEvent.click(field);
    const list = await screen.findByRole('listbox');
    expect(
      within(list)
        .getAllByRole('option')
        .map(option => option.textContent),
    ).toEqual(['Automatic', 'This machine', 'Kubernetes']);
    await userEvent.click(
      within(list).getByRole('option', { name: 'Kubernetes' }),
    );
    expect(await dialog.findByText('Europe')).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
    await waitFor(() =>
      expect(api.submitted).toEqual([
        { entityRef, infrastructure: 'kubernetes' },
      ]),
    );
  });

  it('shows what is wrong with the place at its field', async () => {
    const api = new FakeImageFactoryApi();
    api.executors = [anExecutor(), aCluster()];
    api.placeOf = () => ({ infrastructure: 'kubernetes' });
    const message = 'A cluster cannot read sources in a directory.';
    api.problemsOf = () => [
      { path: '/infrastructure', message, blocking: true },
    ];
    const dialog = await open(api);
    expect(
      await dialog.findByRole('button', { name: /Where to build/ }),
    ).toHaveTextContent('Kubernetes');
    expect(dialog.getByText(message)).toBeInTheDocument();
    expect(dialog.queryByText('This cannot be built')).not.toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Build' })).toBeDisabled();
  });

  it('asks nothing about the place where there is one only, and still says what is wrong with it', async () => {
    const api = new FakeImageFactoryApi();
    api.executors = [anExecutor()];
    api.problemsOf = () => [
      { path: '/infrastructure', message: 'No such place.', blocking: true },
    ];
    const dialog = await open(api);
    expect(
      dialog.queryByRole('button', { name: /Where to build/ }),
    ).not.toBeInTheDocument();
    expect(dialog.getByText('This cannot be built')).toBeInTheDocument();
    expect(dialog.getByText('No such place.')).toBeInTheDocument();
  });

  it('asks for no ref where the sources are not in git', async () => {
    const dialog = await open(new FakeImageFactoryApi());
    expect(
      dialog.queryByRole('textbox', { name: 'Git ref' }),
    ).not.toBeInTheDocument();
    expect(dialog.queryByText('Commit')).not.toBeInTheDocument();
  });

  it('builds the ref that was typed, and shows the commit that it stands for', async () => {
    const api = new FakeImageFactoryApi();
    const commits: Record<string, string> = {
      main: '1111111aaaa',
      v2: '2222222bbbb',
    };
    api.sourceOf = ({ ref = 'main' }) =>
      commits[ref] === undefined
        ? undefined
        : {
            type: 'git',
            location: 'git.example.com/team/app',
            ref,
            commit: commits[ref],
          };
    api.problemsOf = ({ ref = 'main' }) =>
      commits[ref] === undefined
        ? [{ path: '/ref', message: `There is no ${ref}.`, blocking: true }]
        : [];
    const dialog = await open(api);
    const field = dialog.getByRole('textbox', { name: 'Git ref' });
    expect(field).toHaveValue('main');
    expect(dialog.getByText('1111111')).toHaveAttribute('title', commits.main);

    await userEvent.clear(field);
    await userEvent.type(field, 'v');
    expect(await dialog.findByText('There is no v.')).toBeInTheDocument();
    expect(field).toBeInvalid();
    expect(dialog.getByRole('button', { name: 'Build' })).toBeDisabled();

    await userEvent.type(field, '2');
    expect(await dialog.findByText('2222222')).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
    await waitFor(() =>
      expect(api.submitted).toEqual([{ entityRef, ref: 'v2' }]),
    );
  });

  it('shows a problem at the field that it belongs to, and does not build', async () => {
    const api = new FakeImageFactoryApi();
    api.problemsOf = request =>
      request.parameters?.['dockerfile-path'] === 'Nope'
        ? [
            {
              path: '/parameters/dockerfile-path',
              message: 'The sources have no file Nope.',
              blocking: true,
            },
          ]
        : [];
    const dialog = await open(api);
    const field = dialog.getByRole('textbox', { name: 'Dockerfile path' });
    await userEvent.clear(field);
    await userEvent.type(field, 'Nope');
    expect(
      await dialog.findByText('The sources have no file Nope.'),
    ).toBeInTheDocument();
    expect(field).toHaveAccessibleDescription(/The sources have no file Nope/);
    expect(field).toBeInvalid();
    expect(dialog.getByRole('button', { name: 'Build' })).toBeDisabled();
    expect(
      dialog.getByText('Correct what is marked before you build.'),
    ).toBeInTheDocument();
    await userEvent.type(field, '{Enter}');
    expect(api.submitted).toEqual([]);
  });

  it('warns of what makes the build wait and lets it be queued all the same', async () => {
    const api = new FakeImageFactoryApi();
    api.problemsOf = () => [
      {
        path: '',
        message: 'No container builder was found. Install buildah.',
        blocking: false,
      },
    ];
    const dialog = await open(api);
    expect(
      dialog.getByText('As things are, the build would not run'),
    ).toBeInTheDocument();
    expect(
      dialog.getByText('No container builder was found. Install buildah.'),
    ).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
    await waitFor(() => expect(api.submitted).toHaveLength(1));
  });

  it('loses nothing that was typed when the submit is refused', async () => {
    const api = new FakeImageFactoryApi();
    api.submitFailure = await aRefusal(429, 'Your team has 20 builds queued.');
    const dialog = await open(api);
    const image = dialog.getByRole('textbox', { name: 'Image reference' });
    await userEvent.clear(image);
    await userEvent.type(image, 'team/app:1.0');
    await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
    expect(
      await dialog.findByText(/Your team has 20 builds queued/),
    ).toBeInTheDocument();
    expect(image).toHaveValue('team/app:1.0');

    api.submitFailure = undefined;
    await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
    await waitFor(() =>
      expect(api.submitted.at(-1)).toEqual({
        entityRef,
        image: 'team/app:1.0',
      }),
    );
  });

  it('makes one build of a request that is sent again, and names a changed one anew', async () => {
    const api = new FakeImageFactoryApi();
    api.submitFailure = new Error('The answer was lost.');
    const dialog = await open(api);
    const build = dialog.getByRole('button', { name: 'Build' });
    for (const sent of [1, 2]) {
      await userEvent.click(build);
      await waitFor(() => expect(api.submitKeys).toHaveLength(sent));
      await dialog.findByText(/The answer was lost/);
    }
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Image reference' }),
      '-again',
    );
    await userEvent.click(build);
    await waitFor(() => expect(api.submitKeys).toHaveLength(3));

    const [first, second, changed] = api.submitKeys;
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toBe(first);
    expect(changed).toMatch(/^[0-9a-f]{32}$/);
    expect(changed).not.toBe(first);
  });

  it('gives each opened dialog a key of its own', async () => {
    const api = new FakeImageFactoryApi();
    for (const sent of [1, 2]) {
      const dialog = await open(api);
      await userEvent.click(dialog.getByRole('button', { name: 'Build' }));
      await waitFor(() => expect(api.submitKeys).toHaveLength(sent));
      cleanup();
    }
    expect(new Set(api.submitKeys).size).toBe(2);
  });

  it('does not take an emptied image reference for the default', async () => {
    const api = new FakeImageFactoryApi();
    const dialog = await open(api);
    await userEvent.clear(
      dialog.getByRole('textbox', { name: 'Image reference' }),
    );
    expect(
      await dialog.findByText(/Write the reference of the image/),
    ).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Build' })).toBeDisabled();
  });

  it('closes on Escape and gives the focus back', async () => {
    await open(new FakeImageFactoryApi());
    await userEvent.keyboard('{Escape}');
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus(),
    );
  });
});
