import { BuildEvent } from '@image-factory/backstage-plugin-image-factory-common';
import { causeOf, describeEvent } from './describeEvent';

const titleOf = (id: string) => (id === 'eu-1' ? 'Europe' : id);
const anEvent = (type: string, data: BuildEvent['data'] = {}): BuildEvent => ({
  sequence: 1,
  type,
  at: '2026-01-02T03:04:05.000Z',
  actor: 'system',
  data,
});
const words = (event: BuildEvent) =>
  describeEvent(
    (key, values) => `${key} ${JSON.stringify(values)}`,
    event,
    titleOf,
  );

describe('describeEvent', () => {
  it('names the executor of an attempt by its title', () => {
    expect(words(anEvent('claimed', { attempt: 1, executor: 'eu-1' }))).toBe(
      'event.claimed {"executor":"Europe","attempt":"1"}',
    );
  });

  it('tells a further attempt as one more try', () => {
    expect(
      words(anEvent('claimed', { attempt: 2, executor: 'local' })),
    ).toMatch(/^event\.claimedAgain .*"local"/);
  });

  it('tells a fault of the infrastructure from a run that was given up on purpose', () => {
    const lost = anEvent('requeued', {
      attempt: 1,
      class: 'infrastructure',
      message: 'Node worker-2 is gone.',
    });
    const handedBack = anEvent('requeued', { attempt: 1 });
    expect(words(lost)).toMatch(/^event\.requeued /);
    expect(causeOf(lost)).toBe('Node worker-2 is gone.');
    expect(words(handedBack)).toMatch(/^event\.handedBack /);
    expect(causeOf(handedBack)).toBeUndefined();
  });

  it('says why only of an attempt that was not the last', () => {
    expect(causeOf(anEvent('failed', { message: 'no' }))).toBeUndefined();
  });

  it('spells an event out that it has never heard of', () => {
    expect(words(anEvent('lease-taken_over'))).toBe('Lease taken over');
  });
});
