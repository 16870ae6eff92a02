import { Executor } from '@image-factory/backstage-plugin-image-factory-common';
import { anExecutor } from '../../__testUtils__';
import { infrastructureChoices } from './infrastructureChoices';

const LOCAL = anExecutor({ id: 'local', title: 'This machine' });
const cluster = (id: string, title: string) =>
  anExecutor({ id, title, type: 'kubernetes' });
const ONE = cluster('eu-1', 'Europe');
const OTHER = cluster('us-1', 'America');

const choose = (...executors: Executor[]) =>
  infrastructureChoices(key => key, executors);
const options = (...executors: Executor[]) =>
  choose(...executors)?.options.map(({ id, label }) => [id, label]);

describe('infrastructureChoices', () => {
  it('gives none where there is nothing to choose', () => {
    expect(choose()).toBeUndefined();
    expect(choose(LOCAL)).toBeUndefined();
    expect(choose(ONE)).toBeUndefined();
  });

  it('calls an only cluster by what it is', () => {
    expect(options(LOCAL, ONE)).toEqual([
      ['auto', 'dialog.automatic'],
      ['local', 'This machine'],
      ['kubernetes', 'dialog.kubernetes'],
    ]);
  });

  it('offers each of several clusters by its title, and any of them', () => {
    expect(options(LOCAL, ONE, OTHER)).toEqual([
      ['auto', 'dialog.automatic'],
      ['local', 'This machine'],
      ['kubernetes', 'dialog.anyCluster'],
      ['eu-1', 'Europe'],
      ['us-1', 'America'],
    ]);
  });

  it('says of what is down that it is', () => {
    const down = { ...OTHER, health: 'unavailable' as const };
    const choices = infrastructureChoices(
      (key, values) => (values ? `${key} ${values.title}` : key),
      [LOCAL, ONE, down],
    );
    expect(choices!.options.at(-1)).toEqual({
      id: 'us-1',
      label: 'dialog.unavailable America',
    });
  });

  it('finds the option that an entity means by an id or a type', () => {
    const one = choose(LOCAL, ONE)!;
    expect(one.idOf('auto')).toBe('auto');
    expect(one.idOf('local')).toBe('local');
    expect(one.idOf('eu-1')).toBe('kubernetes');
    expect(choose(LOCAL, ONE, OTHER)!.idOf('eu-1')).toBe('eu-1');
    expect(one.idOf('gone')).toBe('auto');
  });
});
