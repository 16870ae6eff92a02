import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FakeImageFactoryApi,
  aBuild,
  anExecution,
  renderPage,
} from '../../__testUtils__';
import { BuildPage } from '../BuildPage';

// Whole pages in jsdom take their time on a busy machine.
jest.setTimeout(60_000);

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const IMAGE = `registry.example.com/app@${DIGEST}`;

function open(
  path = '/?view=artifacts',
  artifactsOfAttempt: FakeImageFactoryApi['artifactsOfAttempt'] = {},
) {
  const api = new FakeImageFactoryApi();
  api.artifactsOfAttempt = artifactsOfAttempt;
  api.builds = [
    aBuild({
      status: 'completed',
      attempt: 2,
      startedAt: '2026-01-02T03:04:05.000Z',
      finishedAt: '2026-01-02T03:05:05.000Z',
    }),
  ];
  api.executions = [
    anExecution({ attempt: 1, status: 'failed' }),
    anExecution({ attempt: 2, status: 'completed' }),
  ];
  api.artifacts = [
    {
      id: 'run',
      type: 'pipeline-run',
      name: 'docker-1',
      sizeBytes: 900,
      downloadable: true,
    },
    {
      id: 'scan',
      type: 'vulnerability-report',
      name: 'linux-amd64.trivy.json',
      platform: 'linux/amd64',
      sizeBytes: 2048,
      downloadable: true,
    },
    {
      id: 'sbom',
      type: 'sbom',
      name: 'linux-amd64.spdx.json',
      platform: 'linux/amd64',
      reference: IMAGE,
      downloadable: true,
    },
    {
      id: 'image',
      type: 'image',
      name: 'app:1',
      reference: IMAGE,
      digest: DIGEST,
      downloadable: false,
    },
  ];
  renderPage(<BuildPage buildId="build-1" />, { api, path });
  return api;
}

describe('the artifacts of a build, on a fake API', () => {
  it('names each for what it is, images first, and offers the files', async () => {
    const api = open();
    const table = await screen.findByRole('table');
    expect(
      within(table)
        .getAllByRole('rowheader')
        .map(cell => cell.textContent),
    ).toEqual([
      'Image',
      'SBOM (SPDX)',
      'Vulnerability report (Trivy)',
      'PipelineRun (YAML)',
    ]);
    const [, image, sbom, , run] = within(table).getAllByRole('row');
    expect(image).toHaveTextContent(IMAGE);
    expect(image).toHaveTextContent('in its registry');
    expect(
      await within(sbom).findByRole('link', {
        name: 'Download SBOM (SPDX), linux/amd64',
      }),
    ).toHaveAttribute(
      'href',
      await api.getArtifactDownloadUrl('build-1', 'sbom'),
    );
    expect(within(run).getByRole('link')).toHaveAttribute(
      'download',
      'docker-1.yaml',
    );
    expect(
      screen.getByRole('tab', { name: 'Artifacts (4)' }),
    ).toBeInTheDocument();
  });

  it('says of an image that was not pushed that its archive has it', async () => {
    const api = open();
    api.artifacts = [
      {
        id: 'image',
        type: 'image',
        name: 'app:1',
        reference: 'app:1',
        digest: DIGEST,
        downloadable: false,
      },
    ];
    const table = await screen.findByRole('table');
    const [, image] = within(table).getAllByRole('row');
    expect(image).toHaveTextContent('in its archive');
    expect(image).not.toHaveTextContent('in its registry');
  });

  it('shows those of an earlier attempt where that is shown, and goes back', async () => {
    const api = open('/?view=artifacts&attempt=1', {
      1: [
        {
          id: 'run-1',
          type: 'pipeline-run',
          name: 'docker-1-of-before',
          downloadable: true,
        },
      ],
    });
    const table = await screen.findByRole('table');
    expect(within(table).getAllByRole('row')).toHaveLength(2);
    expect(
      await within(table).findByRole('link', {
        name: 'Download PipelineRun (YAML)',
      }),
    ).toHaveAttribute(
      'href',
      await api.getArtifactDownloadUrl('build-1', 'run-1'),
    );
    expect(
      screen.getByRole('tab', { name: 'Artifacts (1)' }),
    ).toBeInTheDocument();
    // What is told beside it is of the latest one all the same.
    expect(screen.getByRole('region', { name: 'Result' })).toHaveTextContent(
      DIGEST,
    );

    await userEvent.click(screen.getByRole('link', { name: 'Attempt 2' }));
    expect(
      await screen.findByRole('tab', { name: 'Artifacts (4)' }),
    ).toBeInTheDocument();
    expect(within(await screen.findByRole('table')).queryByText(/before/)).toBe(
      null,
    );
  });

  it('says of one attempt that it has left nothing, and no more than that', async () => {
    open('/?view=artifacts&attempt=1', { 1: [] });
    expect(
      await screen.findByText('Attempt 1 has left nothing.'),
    ).toBeInTheDocument();
  });
});
