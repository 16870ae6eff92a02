import { BuildEvent } from '@image-factory/backstage-plugin-image-factory-common';
import { Words } from '../../hooks';

const KNOWN = [
  'submitted',
  'claimed',
  'completed',
  'failed',
  'cancelled',
  'cancel-requested',
  'started',
  'retried',
  'requeued',
] as const;

/**
 * An event in words. Types are open, a later backend may send ones that this
 * page has never heard of: they are spelt out from their name.
 */
export function describeEvent(t: Words, event: BuildEvent): string {
  const known = KNOWN.find(type => type === event.type);
  if (known) {
    return t(`event.${known}`, {
      executor: textOf(event.data.executor),
      attempt: textOf(event.data.attempt),
    });
  }
  const words = event.type.replace(/[._-]+/g, ' ').trim();
  return words.charAt(0).toLocaleUpperCase('en') + words.slice(1);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : '';
}
