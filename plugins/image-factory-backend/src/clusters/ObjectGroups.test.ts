import { ObjectGroups } from './ObjectGroups';

describe('ObjectGroups', () => {
  it('finds objects by their names and by what they belong to', () => {
    const objects = new ObjectGroups<number>();
    objects.set('a', 1, 'one');
    objects.set('b', 2, 'other');
    objects.set('c', 3, 'one');
    objects.set('a', 4, 'one');
    expect(objects.get('a')).toBe(4);
    expect(objects.names()).toEqual(['a', 'b', 'c']);
    expect(objects.values()).toEqual([4, 2, 3]);
    expect(objects.inGroup('one')).toEqual([4, 3]);
    expect(objects.inGroup('none')).toEqual([]);
  });

  it('tells whoever looks at a group of that group alone', () => {
    const objects = new ObjectGroups<number>();
    const told: string[] = [];
    const leave = objects.onChange('one', () => told.push('one'));
    objects.onChange('other', () => told.push('other'));
    objects.set('a', 1, 'one');
    objects.set('b', 2, 'other');
    objects.delete('a');
    objects.delete('a');
    expect(told).toEqual(['one', 'other', 'one']);
    leave();
    objects.set('a', 3, 'one');
    expect(told).toHaveLength(3);
  });

  it('tells everyone who looks at a group, also who begins after another has left', () => {
    const objects = new ObjectGroups<number>();
    const told: string[] = [];
    const leave = objects.onChange('one', () => told.push('first'));
    objects.onChange('one', () => told.push('second'));
    leave();
    leave();
    objects.onChange('one', () => told.push('third'));
    objects.set('a', 1, 'one');
    expect(told).toEqual(['second', 'third']);
  });

  it('takes an object that belongs to something else now out of where it was', () => {
    const objects = new ObjectGroups<number>();
    objects.set('a', 1, 'one');
    const told: string[] = [];
    objects.onChange('one', () => told.push('one'));
    objects.onChange('other', () => told.push('other'));
    objects.set('a', 1, 'other');
    expect(objects.inGroup('one')).toEqual([]);
    expect(objects.inGroup('other')).toEqual([1]);
    expect(told).toEqual(['one', 'other']);
  });
});
