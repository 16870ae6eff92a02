import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  ExecutorReadiness,
  NamespaceReadiness,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  FakeImageFactoryApi,
  aCluster,
  aReadiness,
  aRefusal,
  anExecutor,
  renderPage,
} from '../../__testUtils__';
import { ExecutorsPage } from './ExecutorsPage';

const PAYMENTS: NamespaceReadiness = {
  tenant: 'group:default/payments',
  namespace: 'builds-payments',
  podSecurity: 'baseline',
  status: 'ready',
  findings: [
    {
      check: 'namespace',
      status: 'ready',
      message: 'The namespace builds-payments is there.',
    },
    {
      check: 'secrets',
      status: 'unknown',
      message: 'The portal may not look at Secrets.',
      hint: 'A missing one is in an event.',
    },
  ],
};

const SEARCH: NamespaceReadiness = {
  tenant: 'group:default/search',
  namespace: 'builds-search',
  podSecurity: 'privileged',
  status: 'missing',
  findings: [
    {
      check: 'service-account',
      status: 'missing',
      message: 'The ServiceAccount image-builds does not exist.',
      hint: 'Apply the manifests.',
    },
    { check: 'quota', status: 'warning', message: 'The quota is full.' },
    { check: 'a-new-one', status: 'ready', message: 'It is well.' },
  ],
};

describe('the readiness of a cluster on the ExecutorsPage', () => {
  let api: FakeImageFactoryApi;

  beforeEach(() => {
    api = new FakeImageFactoryApi();
    api.executors = [aCluster()];
  });

  function found(change: Partial<ExecutorReadiness>) {
    api.readiness['eu-1'] = aReadiness(change);
  }

  async function open() {
    renderPage(<ExecutorsPage />, { api });
    const card = await screen.findByRole('region', { name: 'Europe' });
    await within(card).findByRole('button', { name: /The cluster itself/ });
    return { card };
  }

  const place = (name: RegExp) => screen.getByRole('button', { name });

  it('says what is wrong first and in words, with what to do, and keeps what is well closed', async () => {
    found({ status: 'missing', namespaces: [PAYMENTS, SEARCH] });
    const { card } = await open();
    expect(within(card).getByRole('status')).toHaveTextContent('Not ready');
    const search = place(/builds-search/);
    expect(search).toHaveTextContent(
      'Not readybuilds-searchof group:default/search, for builds that need more than baselinesee Service account, Quota',
    );
    expect(search).toHaveAttribute('aria-expanded', 'true');
    const finding = (await screen.findByText('Service account')).closest('li')!;
    expect(finding).toHaveTextContent(
      'Service accountNot readyThe ServiceAccount image-builds does not exist.Apply the manifests.',
    );
    // One that this page has no word for yet.
    expect(screen.getByText('a-new-one').closest('li')).toHaveTextContent(
      'ReadyIt is well.',
    );

    const payments = place(/builds-payments/);
    expect(payments).toHaveTextContent(/^Readybuilds-payments/);
    expect(payments).toHaveAttribute('aria-expanded', 'false');
    expect(
      search.compareDocumentPosition(payments) &
        Node.DOCUMENT_POSITION_FOLLOWING,
    ).toBeTruthy();
    await userEvent.click(payments);
    expect(
      screen.getByText('The portal may not look at Secrets.').closest('li'),
    ).toHaveTextContent('Unknown');
  });

  it('looks again when it is asked to', async () => {
    found({ status: 'missing', namespaces: [SEARCH] });
    const { card } = await open();
    found({
      namespaces: [{ ...SEARCH, status: 'ready', findings: [] }],
    });
    await userEvent.click(screen.getByRole('button', { name: 'Check again' }));
    await waitFor(() =>
      expect(within(card).getByRole('status')).toHaveTextContent(/^Ready$/),
    );
    expect(api.lookedAgain).toEqual(['eu-1']);
    expect(place(/builds-search/)).toHaveTextContent(/^Ready/);
  });

  it('says why there are no namespaces, and which there will be by a rule', async () => {
    await open();
    expect(
      screen.getByText(/No tenant has a namespace here yet/),
    ).toBeInTheDocument();
  });

  it('tells the rule', async () => {
    found({ namespaceRule: 'builds-{tenant}' });
    await open();
    expect(
      screen.getByText(/get the namespace builds-\{tenant\}\./),
    ).toBeInTheDocument();
    expect(
      screen.queryByText(/No tenant has a namespace/),
    ).not.toBeInTheDocument();
  });

  it('shows no more namespaces than can be looked through, until it is asked for them', async () => {
    // By their texts: looking for thirty buttons by their names takes seconds.
    const shown = () => screen.getAllByText(/^builds-/);
    const namespaces = Array.from({ length: 22 }, (_, index) => ({
      ...PAYMENTS,
      namespace: `builds-${index}`,
      tenant: `group:default/team-${index}`,
    }));
    found({ namespaces: [...namespaces, SEARCH] });
    renderPage(<ExecutorsPage />, { api });
    const all = await screen.findByText('Show all 23 namespaces');
    expect(shown()).toHaveLength(20);
    expect(shown()[0]).toHaveTextContent('builds-search');
    await userEvent.click(all);
    expect(shown()).toHaveLength(23);
    expect(all).not.toBeInTheDocument();
  });

  it('says that it cannot be had, and shows the rest of the card all the same', async () => {
    api.readiness['eu-1'] = await aRefusal(404, 'There is no executor eu-1.');
    renderPage(<ExecutorsPage />, { api });
    const card = await screen.findByRole('region', { name: 'Europe' });
    expect(await within(card).findByRole('alert')).toHaveTextContent(
      'There is no executor eu-1.',
    );
    expect(card).toHaveTextContent('v1.31.4');
  });

  it('asks nothing of an executor that is no cluster', async () => {
    api.executors = [anExecutor()];
    renderPage(<ExecutorsPage />, { api });
    const card = await screen.findByRole('region', { name: 'This machine' });
    expect(card).not.toHaveTextContent('Readiness');
  });

  it('says that a cluster takes fewer builds than it could, since when, and why', async () => {
    api.executors = [
      aCluster({
        health: 'degraded',
        running: 12,
        maxRunning: 25,
        throttled: {
          maxRunning: 100,
          since: new Date(2026, 0, 2, 14, 3).toISOString(),
          message: 'Its API server took more than 3 s to answer.',
        },
      }),
    ];
    const { card } = await open();
    expect(card).toHaveTextContent('12 of 25 running');
    expect(card).toHaveTextContent(
      /Takes 25 at a time of 100 since (02:03 PM|14:03)/,
    );
    expect(card).toHaveTextContent(
      'Its API server took more than 3 s to answer. It takes more again by itself once that is over.',
    );
  });
});
