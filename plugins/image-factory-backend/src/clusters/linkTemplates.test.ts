import { ConfigReader } from '@backstage/config';
import { linksOfRun, linksOfStep, readLinks } from './linkTemplates';

const TEKTON = {
  title: 'Tekton Dashboard',
  url: 'https://tekton.example.com/#/namespaces/{namespace}/pipelineruns/{pipelineRun}',
};
const GRAFANA = {
  title: 'Grafana',
  url: 'http://grafana.example.com:3000/d/pods?var-namespace={namespace}&var-pod={pod}',
};
const RUN = { namespace: 'builds-a', pipelineRun: 'docker-1' };

function read(...links: object[]) {
  return readLinks(
    new ConfigReader({ links } as ConstructorParameters<
      typeof ConfigReader
    >[0]),
    'clusters: eu-1',
  );
}

describe('readLinks', () => {
  it('reads none where none are written', () => {
    expect(readLinks(new ConfigReader({}), 'clusters: eu-1')).toEqual([]);
  });

  it('takes addresses with and without placeholders', () => {
    const console = { title: 'Console', url: 'https://console.example.com' };
    expect(read(TEKTON, GRAFANA, console)).toEqual([TEKTON, GRAFANA, console]);
  });

  it.each([
    [
      { ...TEKTON, url: 'https://tekton.example.com/{run}' },
      /"Tekton Dashboard" has the placeholder \{run\}, which is unknown\. There are \{namespace\}, \{pipelineRun\}, \{pod\}, \{node\}/,
    ],
    [
      { ...TEKTON, url: 'https://tekton.example.com/{}' },
      /the placeholder \{\}, which is unknown/,
    ],
    [
      { ...TEKTON, url: 'https://tekton.example.com/{pod' },
      /a brace without its other half/,
    ],
    // eslint-disable-next-line no-script-url
    [{ ...TEKTON, url: 'javascript:alert(1)' }, /begins with https:\/\//],
    [{ ...TEKTON, url: '/somewhere/{pod}' }, /Write a whole address/],
    [
      { ...TEKTON, url: 'https://{node}.example.com/' },
      /a host without placeholders/,
    ],
    [
      { ...TEKTON, url: 'https://example.com{node}/' },
      /a host without placeholders/,
    ],
    [
      { ...TEKTON, url: 'https://user:secret@example.com/' },
      /Write a whole address/,
    ],
    [{ ...TEKTON, title: ' ' }, /clusters: eu-1\.links: .* an empty title/],
  ])('refuses %p and says what to write instead', (link, message) => {
    expect(() => read(link)).toThrow(message);
  });
});

describe('links of a cluster', () => {
  it('are of the run where they lead to no pod and no node, of its steps where they do', () => {
    const step = { ...RUN, pod: 'docker-1-build-pod', node: 'node-a' };
    expect(linksOfRun([TEKTON, GRAFANA], RUN)).toEqual([
      {
        title: 'Tekton Dashboard',
        url: 'https://tekton.example.com/#/namespaces/builds-a/pipelineruns/docker-1',
      },
    ]);
    expect(linksOfStep([TEKTON, GRAFANA], step)).toEqual([
      {
        title: 'Grafana',
        url: 'http://grafana.example.com:3000/d/pods?var-namespace=builds-a&var-pod=docker-1-build-pod',
      },
    ]);
  });

  it('are not there before all is known that they need', () => {
    expect(linksOfStep([GRAFANA], RUN)).toEqual([]);
    expect(linksOfRun([TEKTON], { pipelineRun: 'docker-1' })).toEqual([]);
  });

  it('hold values that could mean something else in an address as what they are', () => {
    const [{ url }] = linksOfStep([GRAFANA], {
      namespace: 'a&var-pod=b#c',
      pod: '../d/?e f',
    });
    expect(url).toBe(
      'http://grafana.example.com:3000/d/pods?var-namespace=a%26var-pod%3Db%23c&var-pod=..%2Fd%2F%3Fe%20f',
    );
  });
});
