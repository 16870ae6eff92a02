import { Defect, MemoryFixture } from './__testUtils__/MemoryFixture';
import { executorConformance } from './executorConformance';

jest.setTimeout(20_000);

const CASES = executorConformance({ steps: new MemoryFixture().steps });

describe('executorConformance', () => {
  it.each(CASES)(
    'passes an executor that keeps the contract: $name',
    async ({ run }) => {
      const fixture = new MemoryFixture();
      await expect(run(fixture)).resolves.toBeUndefined();
      await fixture.dispose();
    },
  );

  const defects: [Defect, string][] = [
    ['starts-twice', 'gives one run for one spec'],
    ['loses-log', 'hands over the log of a step whole'],
    ['outcome-twice', 'the outcome last and once'],
    ['runs-on-after-cancel', 'cancels a run in its step build-image'],
    ['forgets-taken-over', 'lets another collector take a run over'],
    ['leaves-something', 'leaves nothing of a run behind'],
    ['hangs-when-left', 'ends the stream at once where its reader leaves'],
  ];

  it.each(defects)(
    'catches an executor that %s, in the case "%s"',
    async (defect, name) => {
      const found = CASES.find(each => each.name.includes(name));
      const fixture = new MemoryFixture(defect);
      await expect(found?.run(fixture)).rejects.toThrow();
      await fixture.dispose();
    },
  );
});
