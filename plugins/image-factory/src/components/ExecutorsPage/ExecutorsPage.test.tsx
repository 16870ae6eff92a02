import { screen, within } from '@testing-library/react';
import {
  FakeImageFactoryApi,
  aCluster,
  aRefusal,
  renderPage,
} from '../../__testUtils__';
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
    const tools = within(card).getByRole('list', { name: 'Tools' });
    const [buildah, docker] = within(tools).getAllByRole('listitem');
    expect(buildah).toHaveTextContent('buildahAvailable1.28.2/usr/bin/buildah');
    expect(docker).toHaveTextContent('Missing');
    expect(docker).toHaveTextContent('Install Docker Engine.');
    expect(card).toHaveTextContent('Needs nix. Install nix 2.8.');
  });

  it('says of a cluster what it runs builds by and for whom, and nothing of tools and paths', async () => {
    const api = new FakeImageFactoryApi();
    api.executors = [
      aCluster({
        tenants: ['group:default/payments', 'night-shift'],
        methods: [
          { id: 'docker', title: 'Dockerfile', available: true },
          {
            id: 'nix',
            title: 'Nix',
            available: false,
            message: 'The method nix has no pipeline template.',
            hint: 'The log of the backend tells why.',
          },
        ],
      }),
      aCluster({
        id: 'us-1',
        title: 'America',
        tools: [
          { name: 'kubernetes', status: 'available', version: 'v1.30.1' },
          {
            name: 'tekton',
            status: 'available',
            message: 'The version of Tekton cannot be read.',
            hint: 'Let the portal get the ConfigMap pipelines-info.',
          },
        ],
      }),
      aCluster({
        id: 'gone',
        title: 'Gone',
        health: 'unavailable',
        message: 'The cluster gone cannot be used: connect ECONNREFUSED',
        hint: 'A portal admin checks whether the cluster runs.',
        tools: [],
        tenants: [],
        methods: [],
      }),
      aCluster({ id: 'down', title: 'Down', health: 'unavailable', tools: [] }),
    ];
    renderPage(<ExecutorsPage />, { api });
    const europe = await screen.findByRole('region', { name: 'Europe' });
    expect(europe).toHaveTextContent(/Kubernetes\s*v1\.31\.4/);
    expect(europe).toHaveTextContent(/Tekton\s*v1\.9\.0/);
    expect(europe).toHaveTextContent(/Has a place for\s*payments, night-shift/);
    expect(europe).toHaveTextContent(
      'The method nix has no pipeline template. The log of the backend tells why.',
    );
    expect(europe).not.toHaveTextContent(/Tools|Path/);

    const america = screen.getByRole('region', { name: 'America' });
    expect(america).toHaveTextContent(/Tekton\s*version unknown/);
    expect(america).toHaveTextContent('get the ConfigMap pipelines-info');
    expect(america).toHaveTextContent(/Has a place for\s*every tenant/);

    const gone = screen.getByRole('region', { name: 'Gone' });
    expect(gone).toHaveTextContent('Unavailable');
    expect(gone).toHaveTextContent('connect ECONNREFUSED');
    expect(gone).toHaveTextContent('A portal admin checks whether');
    expect(gone).toHaveTextContent('no tenant yet');
    expect(gone).toHaveTextContent('It can run no build method.');

    const down = screen.getByRole('region', { name: 'Down' });
    expect(down).toHaveTextContent('Waits for the executor');
    expect(down).not.toHaveTextContent('Ready');
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
