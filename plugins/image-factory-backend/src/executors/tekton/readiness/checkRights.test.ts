import {
  Answer,
  ScriptedApiServer,
  json,
} from '../../../clusters/__testUtils__/ScriptedApiServer';
import { TENANT_RULES } from './__testUtils__/tenantRules';
import { ClusterReader, ResourceRule } from './ClusterReader';
import {
  checkExcess,
  checkRights,
  hasNoRights,
  readRights,
} from './checkRights';

describe('readRights from a scripted API server', () => {
  let server: ScriptedApiServer;

  afterEach(async () => {
    await server.stop();
  });

  async function rightsOf(...answers: Answer[]) {
    server = await ScriptedApiServer.start(...answers);
    const reader = new ClusterReader({
      client: server.client(),
      signal: new AbortController().signal,
    });
    return readRights(reader, 'builds-a');
  }

  function rules(resourceRules: ResourceRule[], incomplete = false): Answer {
    return json(201, { status: { resourceRules, incomplete } });
  }

  it('finds all that is needed in one answer, and nothing more', async () => {
    const rights = await rightsOf(rules(TENANT_RULES));
    expect(rights).toEqual({ lacking: [], tooMany: [] });
    expect(checkRights(rights).status).toBe('ready');
    expect(checkExcess(rights).status).toBe('ready');
    expect(server.asked).toHaveLength(1);
    expect(JSON.parse(server.asked[0].body)).toMatchObject({
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: 'builds-a' },
    });
  });

  it('names each verb that is missing, and holds back builds that could not run', async () => {
    const [runs, tasks, rest] = TENANT_RULES;
    const rights = await rightsOf(
      rules([
        { ...runs, verbs: ['get', 'list', 'watch', 'delete'] },
        tasks,
        { ...rest, resources: ['pods', 'events'] },
      ]),
    );
    expect(checkRights(rights)).toMatchObject({
      status: 'missing',
      blocks: true,
      message:
        'The portal may not create, patch pipelineruns.tekton.dev; get pods/log there.',
    });
  });

  it('lets builds run that can do without what is missing', async () => {
    const [runs, tasks, rest] = TENANT_RULES;
    const rights = await rightsOf(
      rules([runs, tasks, { ...rest, resources: ['pods', 'pods/log'] }]),
    );
    expect(checkRights(rights)).toMatchObject({
      status: 'missing',
      blocks: false,
      message: expect.stringContaining('get, list, watch events'),
    });
  });

  it('takes a right on some objects for none', async () => {
    const [runs] = TENANT_RULES;
    const rights = await rightsOf(rules([{ ...runs, resourceNames: ['one'] }]));
    expect(hasNoRights(rights!)).toBe(true);
  });

  it('warns of a login that may do everything', async () => {
    const rights = await rightsOf(
      rules([{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
    );
    expect(checkRights(rights).status).toBe('ready');
    expect(checkExcess(rights)).toMatchObject({
      status: 'warning',
      message:
        'The portal may get, list, watch secrets; create pods; create pods/exec; create rolebindings.rbac.authorization.k8s.io there, which it has no need of.',
    });
  });

  it('asks for single rights where the rules are not all of them', async () => {
    const answerOne: Answer = (response, asked) => {
      const { resourceAttributes: of } = JSON.parse(asked.body).spec;
      const allowed = of.resource !== 'secrets' && of.subresource !== 'exec';
      json(201, { status: { allowed } })(response, asked);
    };
    const rights = await rightsOf(
      rules(TENANT_RULES.slice(0, 2), true),
      ...new Array<Answer>(20).fill(answerOne),
    );
    expect(rights).toEqual({
      lacking: [],
      tooMany: [
        { group: '', resource: 'pods', verb: 'create' },
        {
          group: 'rbac.authorization.k8s.io',
          resource: 'rolebindings',
          verb: 'create',
        },
      ],
    });
    const log = server.asked
      .map(({ body }) => JSON.parse(body).spec.resourceAttributes)
      .find(of => of?.subresource === 'log');
    expect(log).toEqual({
      namespace: 'builds-a',
      group: '',
      resource: 'pods',
      subresource: 'log',
      verb: 'get',
    });
  });

  it('does not know what it may where that cannot be asked', async () => {
    const rights = await rightsOf(json(500, {}));
    expect(checkRights(rights).status).toBe('unknown');
    expect(checkExcess(rights).status).toBe('unknown');
  });
});
