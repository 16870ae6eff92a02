import { expect } from '@playwright/test';
import {
  blobs,
  mountsBelow,
  processesIn,
  processesWith,
  workspaces,
} from './leftovers';
import { Place } from './Place';
import { LINES, numberedLines } from './sources';

/** Holds of a place where nothing runs, whatever has happened there. */
export async function expectInOrder(place: Place): Promise<void> {
  const { rows, dataDirectory } = place;
  const builds = await rows.builds();
  const executions = await rows.executions();

  expect(builds.filter(isUnfinished)).toEqual([]);
  expect(
    executions.filter(({ status }) => status === 'running'),
    'no execution is held for ever',
  ).toEqual([]);
  expect(await rows.brokenLogs(), 'no log has a gap or a double').toEqual([]);
  expect(workspaces(dataDirectory)).toEqual([]);
  expect(processesIn(place.folder)).toEqual([]);
  expect(
    processesWith(place.detachedFor),
    'what a command has detached is gone',
  ).toEqual([]);
  // A store that the builder has mounted on itself while the portal runs is taken off when that stops.
  expect(blobs(dataDirectory).filter(name => name.endsWith('.part'))).toEqual(
    [],
  );

  const kept: string[] = [];
  for (const build of builds) {
    const attempts = executions.filter(({ build_id: id }) => id === build.id);
    expect(attempts.map(({ attempt }) => attempt)).toEqual(
      attempts.map((_, index) => index + 1),
    );
    const events = await rows.eventTypes(build.id);
    expect(events.filter(type => type === 'claimed')).toHaveLength(
      attempts.length,
    );
    const artifacts = await rows.artifacts(build.id);
    if (build.status === 'completed') {
      expect(attempts.map(({ status }) => status)).toEqual([
        ...attempts.slice(1).map(() => 'lost'),
        'completed',
      ]);
      expect(events.filter(type => type === 'completed')).toHaveLength(1);
      expect(artifacts.map(({ type }) => type)).toEqual(
        (await rows.isExported(build.id))
          ? ['image', 'image-archive']
          : ['image'],
      );
      const last = attempts.at(-1)!;
      expect(
        artifacts.every(({ execution_id: id }) => id === last.id),
        'what a lost attempt has left does not count',
      ).toBe(true);
      kept.push(...artifacts.flatMap(({ blob_key: key }) => key ?? []));
    }
  }
  expect(blobs(dataDirectory).sort(), 'no archive without a build').toEqual(
    kept.sort(),
  );
}

/** The lines that a build of numbers has printed stand in its log once each and in order; of attempts that were lost, as many as came. */
export async function expectEveryLineOnce(
  place: Place,
  buildId: string,
): Promise<void> {
  const all = Array.from({ length: LINES }, (_, index) => index + 1);
  const { attempt } = await place.rows.build(buildId);
  for (let each = 1; each <= attempt; each += 1) {
    const lines = await printedLines(place, buildId, each);
    expect(lines).toEqual(each < attempt ? all.slice(0, lines.length) : all);
  }
}

/** After a stop nothing is left that would keep the folder from being removed. */
export function expectNoMounts(place: Place): void {
  expect(mountsBelow(place.folder)).toEqual([]);
}

async function printedLines(
  place: Place,
  buildId: string,
  attempt: number,
): Promise<number[]> {
  const { items } = await place.portal.api<{ items: { name: string }[] }>(
    `/v1/builds/${buildId}/steps?attempt=${attempt}`,
  );
  if (!items.some(({ name }) => name === 'build-image')) return [];
  const { text } = await place.portal.api<{ text: string }>(
    `/v1/builds/${buildId}/logs?step=build-image&attempt=${attempt}`,
  );
  return numberedLines(text);
}

function isUnfinished({ status }: { status: string }): boolean {
  return !['completed', 'failed', 'cancelled'].includes(status);
}
