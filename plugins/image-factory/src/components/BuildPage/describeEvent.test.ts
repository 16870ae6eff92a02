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

  it('tells a fault of the infrastructure, and what it was', () => {
    const lost = anEvent('requeued', {
      attempt: 1,
      class: 'infrastructure',
      message: 'Node worker-2 is gone.',
    });
    expect(words(lost)).toMatch(/^event\.requeued /);
    expect(causeOf(lost)).toBe('Node worker-2 is gone.');
  });

  it.each([
    ['as such', { attempt: 1, handedBack: true }],
    ['without a reason, as it once was', { attempt: 1 }],
    [
      'with the words of a fault, as it once was',
      { attempt: 1, message: 'The portal stopped while the build ran.' },
    ],
  ])('tells of a run that was handed back %s', (_, data) => {
    const handedBack = anEvent('requeued', data);
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
