import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { GATES, findGate } from '../gates/gates.mjs';

export const help = `npm run lint, tsc, prettier:check, reports:check, generate:check

Runs that static gate on the whole repository. Another one, such as packages or
openapi: node scripts/run.cjs gate <name>.
`;

export const accepts = { words: 1 };

/** Runs one static gate by name. */
export async function run([name]) {
  const gate = findGate(name);
  if (!gate) {
    throw new Problem(
      `There is no gate '${name}'`,
      `use one of: ${GATES.map(each => each.name).join(', ')}`,
    );
  }
  const tools = await bootstrap();
  const before = gate.after && (await findGate(gate.after).run(tools));
  return before || gate.run(tools);
}
