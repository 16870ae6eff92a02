import { Execution } from '@image-factory/backstage-plugin-image-factory-common';
import knexFactory, { Knex } from 'knex';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitServer } from './__testUtils__/GitServer';
import {
  RUNNING_STAGES,
  STAGES,
  StagedPortal,
  isRunningStage,
} from './__testUtils__/StagedPortal';
import { createTestDatabases } from './__testUtils__/databases';
import { describeWith } from './__testUtils__/engines';

jest.setTimeout(120_000);

describeWith('git', 'what is asked of a build', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    let root: string;
    let git: GitServer;
    let knex: Knex;
    let portal: StagedPortal;
    /** One that runs no builds, so that whatever runs is another's; SQLite admits no second. */
    let other: StagedPortal;
    let otherKnex: Knex | undefined;

    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), 'image-factory-moves-'));
      await mkdir(join(root, 'sources', 'site'), { recursive: true });
      await writeFile(join(root, 'sources', 'site', 'catalog-info.yaml'), '');
      git = await GitServer.start();
      await git.createRepository('team/app', { file: '' });
      knex = await databases.init(databaseId);
      portal = await StagedPortal.start({ root, git, knex, runsBuilds: true });
      if (databaseId !== 'SQLITE_3') {
        otherKnex = knexFactory(knex.client.config);
        other = await StagedPortal.start({
          root,
          git,
          knex: otherKnex,
          runsBuilds: false,
        });
      } else {
        other = portal;
      }
    });

    afterAll(async () => {
      if (otherKnex) await other.stop();
      await portal.stop();
      await otherKnex?.destroy();
      await git.stop();
      await rm(root, { recursive: true, force: true });
    });

    it.each(STAGES)(
      'a build that is %s is cancelled, also through a replica that does not run it, and tried again as the same build',
      async stage => {
        const { id, number } = await portal.buildAt(stage);
        const asked = await other.post(`/builds/${id}/cancel`);
        expect(asked.status).toBe(200);
        const cancelled = await portal.end(id);
        expect(cancelled).toMatchObject({ status: 'cancelled' });
        const took =
          Date.parse(cancelled.finishedAt!) -
          Date.parse(cancelled.cancelRequestedAt ?? cancelled.finishedAt!);
        expect(took).toBeLessThanOrEqual(5_000);

        await portal.openGate();
        const again = await other.post(`/builds/${id}/retry`);
        expect(again.body).toMatchObject({ id, number, status: 'queued' });
        expect(await portal.end(id)).toMatchObject({ status: 'completed' });
        const { items } = await portal.get<{ items: Execution[] }>(
          `/builds/${id}/executions`,
        );
        expect(items.map(({ status }) => status)).toEqual(
          isRunningStage(stage) ? ['cancelled', 'completed'] : ['completed'],
        );
      },
    );

    it.each(STAGES)(
      'a build that is %s can be rebuilt, pinned and latest, as a new build beside it',
      async stage => {
        const old = await portal.buildAt(stage);
        const pinned = await other.post(`/builds/${old.id}/rebuild`, {
          mode: 'pinned',
        });
        const latest = await other.post(`/builds/${old.id}/rebuild`, {
          mode: 'latest',
        });
        for (const { status, body } of [pinned, latest]) {
          expect(status).toBe(201);
          expect(body).toMatchObject({
            rebuildOf: old.id,
            parameters: old.parameters,
          });
          expect(body.id).not.toBe(old.id);
        }
        await portal.openGate();
        if (stage === 'held') await portal.post(`/builds/${old.id}/start`);
        for (const { id } of [old, pinned.body, latest.body]) {
          expect(await portal.end(id)).toMatchObject({ status: 'completed' });
        }
      },
    );

    // The executor keeps time, whatever the database, and waits take long.
    if (databaseId === 'SQLITE_3') {
      it.each(RUNNING_STAGES)(
        'a build that reaches its time limit in %s fails as that, and its retry has the whole time again',
        async stage => {
          // Enough for a whole build on a busy machine.
          const { id } = await portal.buildAt(stage, { timeoutSeconds: 10 });
          expect(await portal.end(id)).toMatchObject({
            status: 'failed',
            failure: { class: 'timeout', step: stage },
          });
          await portal.openGate();
          await other.post(`/builds/${id}/retry`);
          expect(await portal.end(id)).toMatchObject({
            status: 'completed',
            attempt: 2,
          });
        },
      );
    }

    it.each(['queued', ...RUNNING_STAGES] as const)(
      'a build that is %s is neither started nor tried again, and once completed not cancelled either',
      async stage => {
        const { id } = await portal.buildAt(stage);
        const started = await other.post(`/builds/${id}/start`);
        expect(started.status).toBe(200);
        const retried = await other.post(`/builds/${id}/retry`);
        expect(retried.status).toBe(200);
        await portal.openGate();
        expect(await portal.end(id)).toMatchObject({
          status: 'completed',
          attempt: 1,
        });
        expect((await other.post(`/builds/${id}/cancel`)).status).toBe(409);
        expect((await other.post(`/builds/${id}/retry`)).status).toBe(409);
      },
    );
  });
});
