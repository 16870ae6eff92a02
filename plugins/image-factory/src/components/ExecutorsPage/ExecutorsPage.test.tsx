import { screen, within } from '@testing-library/react';
import { FakeImageFactoryApi, aRefusal, renderPage } from '../../__testUtils__';
import { ExecutorsPage } from './ExecutorsPage';

describe('ExecutorsPage on a fake API', () => {
  it('says what each executor has, what it lacks, and how to get it', async () => {
    const api = new FakeImageFactoryApi();
    api.executors = [
      {
        id: 'local',
        type: 'local',
        title: 'This machine',
        health: 'degraded',
        message: 'One of two tools is missing.',
        running: 1,
        maxRunning: 2,
        tools: [
          {
            name: 'buildah',
            status: 'available',
            version: '1.28.2',
            path: '/usr/bin/buildah',
          },
          {
            name: 'docker',
            status: 'missing',
            message: 'It is not on the PATH.',
            hint: 'Install Docker Engine.',
          },
        ],
        methods: [
          {
            id: 'docker',
            title: 'Dockerfile',
            available: true,
            tool: 'buildah 1.28.2',
          },
          {
            id: 'nix',
            title: 'Nix',
            available: false,
            message: 'Needs nix.',
            hint: 'Install nix 2.8.',
          },
        ],
      },
    ];
    renderPage(<ExecutorsPage />, { api });
    const card = await screen.findByRole('region', { name: 'This machine' });
    expect(card).toHaveTextContent('1 of 2 running');
    expect(card).toHaveTextContent('Degraded');
    const docker = within(card).getByRole('row', { name: /^docker/ });
    expect(docker).toHaveTextContent('Missing');
    expect(docker).toHaveTextContent('Install Docker Engine.');
    expect(card).toHaveTextContent('Needs nix. Install nix 2.8.');
  });

  it('names the permission that it takes', async () => {
    const api = new FakeImageFactoryApi();
    api.failure = await aRefusal(
      403,
      'You may not see executors: that needs the permission image-factory.executor.read.',
    );
    renderPage(<ExecutorsPage />, { api });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('No access to the executors');
    expect(alert).toHaveTextContent('image-factory.executor.read');
  });
});
