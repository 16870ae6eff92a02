import { BuildEvent } from '@image-factory/backstage-plugin-image-factory-common';
import { Words } from '../../hooks';
import { isHandedBack } from '../AttemptStory';

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
  'held-up',
] as const;

type EventKey = (typeof KNOWN)[number] | 'claimedAgain' | 'handedBack';

/**
 * An event in words. Types are open, a later backend may send ones that this
 * page has never heard of: they are spelt out from their name.
 */
export function describeEvent(
  t: Words,
  event: BuildEvent,
  /** What an executor is called. */
  titleOf: (executor: string) => string,
): string {
  const key = keyOf(event);
  if (key) {
    return t(`event.${key}`, {
      executor: titleOf(textOf(event.data.executor)),
      attempt: textOf(event.data.attempt),
    });
  }
  const words = event.type.replace(/[._-]+/g, ' ').trim();
  return words.charAt(0).toLocaleUpperCase('en') + words.slice(1);
}

/** Why an attempt was not the last, or did not begin yet; why the last one failed stands on a card of its own. */
export function causeOf(event: BuildEvent): string | undefined {
  const { reason, message } = event.data;
  switch (event.type) {
    case 'requeued':
      // Nothing went wrong with one that was handed back.
      return isHandedBack(event) ? undefined : textOf(message) || undefined;
    case 'held-up':
      return (
        [textOf(reason), textOf(message)].filter(Boolean).join(': ') ||
        undefined
      );
    default:
      return undefined;
  }
}

function keyOf(event: BuildEvent): EventKey | undefined {
  if (event.type === 'claimed' && Number(event.data.attempt) > 1) {
    return 'claimedAgain';
  }
  if (isHandedBack(event)) return 'handedBack';
  return KNOWN.find(type => type === event.type);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : '';
}
