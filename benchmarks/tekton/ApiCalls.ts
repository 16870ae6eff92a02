import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { DISPATCHER } from '../../e2e/cluster/access/dispatcher';
import { Cluster } from '../../e2e/cluster/Cluster';
import { KubernetesClient } from '../../plugins/image-factory-backend/src/clusters';

const LABEL = 'image-factory.io/benchmark';
/** Before those that a cluster has for all accounts, which begin at 9000. */
const FIRST_PRECEDENCE = 2_000;
/** Where the requests of all accounts go. */
const PRIORITY_LEVEL = 'workload-low';
const WITHIN_MS = 60_000;

const PORTAL = DISPATCHER;
const TEKTON = {
  namespace: 'tekton-pipelines',
  name: 'tekton-pipelines-controller',
};
const READ = ['get', 'list', 'watch'];
const CHANGE = ['create', 'update', 'patch', 'delete'];

/** Requests that are counted together: those of an account, by what is done with what. */
type Counter = {
  name: string;
  account: { namespace: string; name: string };
  verbs: string[];
  group: string;
  resources: string[];
};

const COUNTERS: Counter[] = [
  ...['create', 'get', 'list', 'watch', 'patch', 'delete'].map(verb =>
    counter('portal', PORTAL, [verb], 'tekton.dev', ['pipelineruns']),
  ),
  ...READ.map(verb =>
    counter('portal', PORTAL, [verb], 'tekton.dev', ['taskruns']),
  ),
  ...READ.map(verb => counter('portal', PORTAL, [verb], '', ['pods'])),
  counter('portal', PORTAL, ['*'], '*', ['*']),
  ...['pipelineruns', 'taskruns'].flatMap(kind =>
    [READ, CHANGE].map(verbs =>
      counter('tekton', TEKTON, verbs, 'tekton.dev', [kind, `${kind}/status`]),
    ),
  ),
  ...[READ, CHANGE].map(verbs =>
    counter('tekton', TEKTON, verbs, '', ['pods']),
  ),
  counter('tekton', TEKTON, ['*'], '', ['events']),
  counter('tekton', TEKTON, ['*'], '*', ['*']),
];

/** How many requests the API server has had, by what they were. */
export type CallCounts = {
  portal: Record<string, number>;
  tekton: Record<string, number>;
  /** Of all accounts. */
  all: Record<string, number>;
};

/**
 * Counts requests by account, verb and resource. The API server's own counts do
 * not tell who has asked, but those of its flow control do: each FlowSchema that
 * requests match has one.
 */
export class ApiCalls {
  readonly #client: KubernetesClient;

  static async start(
    cluster: Cluster,
    client: KubernetesClient,
  ): Promise<ApiCalls> {
    await cluster.kubectl.apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: COUNTERS.map(toFlowSchema),
      }),
    );
    return new ApiCalls(client);
  }

  /** Removes what was added to the cluster for it. */
  static async remove(cluster: Cluster): Promise<void> {
    await cluster.kubectl.run(['delete', 'flowschemas', `--selector=${LABEL}`]);
  }

  private constructor(client: KubernetesClient) {
    this.#client = client;
  }

  /** So far. */
  async read(): Promise<CallCounts> {
    const bytes = await this.#client.stream(
      '/metrics',
      {},
      AbortSignal.timeout(WITHIN_MS),
      WITHIN_MS,
    );
    return toCounts((await buffer(Readable.from(bytes))).toString('utf8'));
  }
}

/** What came between two readings. */
export function between(before: CallCounts, after: CallCounts): CallCounts {
  const part = (name: keyof CallCounts) =>
    Object.fromEntries(
      Object.entries(after[name])
        .map(([key, count]): [string, number] => [
          key,
          count - (before[name][key] ?? 0),
        ])
        .filter(([, count]) => count > 0)
        .sort(([, one], [, other]) => other - one),
    );
  return { portal: part('portal'), tekton: part('tekton'), all: part('all') };
}

/** All of them. */
export function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function counter(
  who: 'portal' | 'tekton',
  account: Counter['account'],
  verbs: string[],
  group: string,
  resources: string[],
): Counter {
  const what = resources[0] === '*' ? 'others' : resources[0];
  const how = verbs[0] === '*' ? [] : [verbs.join('-')];
  return {
    name: ['benchmark', who, ...how, what].join('-'),
    account,
    verbs,
    group,
    resources,
  };
}

function toFlowSchema(
  { name, account, verbs, group, resources }: Counter,
  index: number,
): object {
  return {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name, labels: { [LABEL]: 'tekton' } },
    spec: {
      matchingPrecedence: FIRST_PRECEDENCE + index,
      priorityLevelConfiguration: { name: PRIORITY_LEVEL },
      distinguisherMethod: { type: 'ByUser' },
      rules: [
        {
          subjects: [{ kind: 'ServiceAccount', serviceAccount: account }],
          resourceRules: [
            {
              verbs,
              apiGroups: [group],
              resources,
              namespaces: ['*'],
              clusterScope: true,
            },
          ],
          ...(group === '*'
            ? {
                nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
              }
            : {}),
        },
      ],
    },
  };
}

function toCounts(metrics: string): CallCounts {
  const counts: CallCounts = { portal: {}, tekton: {}, all: {} };
  const add = (into: Record<string, number>, key: string, count: number) => {
    into[key] = (into[key] ?? 0) + count;
  };
  for (const line of metrics.split('\n')) {
    const [, metric, labels, value] =
      /^(apiserver_[a-z_]+_total)\{(.*)\} (\S+)$/.exec(line) ?? [];
    const label = (name: string) =>
      new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (metric === 'apiserver_flowcontrol_dispatched_requests_total') {
      const [, who, what] =
        /^benchmark-(portal|tekton)-(.*)$/.exec(label('flow_schema')) ?? [];
      if (who === 'portal' || who === 'tekton') {
        add(counts[who], what, Number(value));
      }
    } else if (metric === 'apiserver_request_total') {
      const kind = [label('resource'), label('subresource')]
        .filter(Boolean)
        .join('/');
      add(counts.all, `${label('verb')} ${kind}`.trim(), Number(value));
      // Flow control lets logs pass, which last; nobody else reads any here.
      if (kind === 'pods/log') add(counts.portal, kind, Number(value));
    }
  }
  return counts;
}
