/**
 * The rooms of this package, in order: a room imports only from itself and from
 * rooms before it. `src/plugin.ts` and `src/index.ts` stand in no room and wire
 * them together.
 */
const ROOMS = [
  'model',
  'checks',
  'methods',
  'templates',
  'planner',
  'database',
  'blobs',
  'logs',
  'clusters',
  'registry',
  'sources',
  'executors',
  'recorder',
  'dispatcher',
  'builds',
  'events',
  'router',
];

/** No clock, no randomness, no database, no disk: plain data in, plain data out. */
const PURE_ROOMS = ['model', 'checks', 'methods', 'templates', 'planner'];

/** Each executor is known to nobody but plugin.ts and itself. */
const EXECUTORS = ['local', 'tekton'];

function roomZones() {
  const order = ROOMS.flatMap((room, position) =>
    ROOMS.slice(position + 1).map(later => ({
      target: `./src/${room}`,
      from: `./src/${later}`,
      message: `'${room}' may import only from rooms before it (rooms.js), and '${later}' comes after it.`,
    })),
  );
  const executors = EXECUTORS.map(executor => ({
    target: ROOMS.map(room =>
      room === 'executors'
        ? `./src/executors/!(${executor}){,/**}`
        : `./src/${room}/**`,
    ),
    from: `./src/executors/${executor}`,
    message: `Only plugin.ts knows the executor '${executor}'; everything else meets it as an Executor.`,
  }));
  return [...order, ...executors];
}

module.exports = { ROOMS, PURE_ROOMS, roomZones };
