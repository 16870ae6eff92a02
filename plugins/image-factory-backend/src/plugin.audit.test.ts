import { BUILT, PolicyBackend } from './__testUtils__/PolicyBackend';

jest.setTimeout(60_000);

describe('the audit log', () => {
  let portal: PolicyBackend;

  beforeAll(async () => {
    portal = await PolicyBackend.start();
  });

  afterAll(async () => {
    await portal.stop();
  });

  beforeEach(() => portal.audit.splice(0));

  it('has each write with who asked, what of, and what became of it', async () => {
    const write = async (path: string, body?: object) =>
      (await portal.ask('member', 'post', `/v1/builds${path}`, body)).body;
    const submit = { entityRef: BUILT, start: false };
    const { id } = await write('', submit);
    await write(`/${id}/start`);
    const { id: other } = await write('', submit);
    await write(`/${other}/cancel`);
    await write(`/${other}/retry`);
    const { id: again } = await write(`/${id}/rebuild`, { mode: 'pinned' });

    const entry = (
      path: string,
      meta: object,
      done: { buildId: string; status: string },
    ) => ({
      severityLevel: 'medium',
      path: `/api/image-factory/v1/builds${path}`,
      meta,
      succeeded: {
        entityRef: BUILT,
        tenant: 'group:default/guests',
        method: 'docker',
        ...done,
      },
    });
    const submitted = (buildId: string) => ({
      eventId: 'build-submit',
      ...entry('', { entityRef: BUILT }, { buildId, status: 'pending' }),
    });
    const moved = (move: string, buildId: string, status: string) => ({
      eventId: `build-${move}`,
      ...entry(`/${buildId}/${move}`, { buildId }, { buildId, status }),
    });
    // What was queued may run by the time that it is told of.
    const queued = expect.stringMatching(/^(queued|running)$/);
    expect(portal.audit).toEqual([
      submitted(id),
      moved('start', id, queued),
      submitted(other),
      moved('cancel', other, 'cancelled'),
      moved('retry', other, queued),
      {
        eventId: 'build-rebuild',
        ...entry(
          `/${id}/rebuild`,
          { rebuildOf: id, mode: 'pinned' },
          { buildId: again, status: queued },
        ),
      },
    ]);
  });

  it('has what was refused, with the reason', async () => {
    const { id } = await portal.held();
    portal.audit.splice(0);
    await portal.ask('outsider', 'post', `/v1/builds/${id}/cancel`);
    expect(portal.audit).toEqual([
      expect.objectContaining({
        eventId: 'build-cancel',
        meta: { buildId: id },
        failed: expect.objectContaining({
          name: 'NotAllowedError',
          message: expect.stringContaining('image-factory.build.read'),
        }),
      }),
    ]);
  });

  it('has no values of parameters, which may be secrets', async () => {
    await portal.ask('member', 'post', '/v1/builds', {
      entityRef: BUILT,
      start: false,
      parameters: { 'build-args': { TOKEN: 'hunter2-hunter2' } },
    });
    expect(portal.audit).toMatchObject([{ succeeded: { status: 'pending' } }]);
    expect(JSON.stringify(portal.audit)).not.toContain('hunter2');
  });

  it('has nothing of what is only read or previewed', async () => {
    await portal.ask('member', 'get', '/v1/builds');
    await portal.ask('member', 'post', '/v1/builds/preview', {
      entityRef: BUILT,
    });
    expect(portal.audit).toEqual([]);
  });
});
