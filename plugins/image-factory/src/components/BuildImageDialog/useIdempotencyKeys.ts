import { useRef } from 'react';
import { BuildRequest } from '@image-factory/backstage-plugin-image-factory-common';

/**
 * Gives each request that one opened dialog sends a key of its own: the same
 * request sent again, by a second click or because its answer was lost, keeps
 * its key and makes no second build; a changed one gets another.
 */
export function useIdempotencyKeys(): (request: BuildRequest) => string {
  const keys = useRef(new Map<string, string>());
  return request => {
    const body = JSON.stringify(request);
    const key = keys.current.get(body) ?? randomKey();
    keys.current.set(body, key);
    return key;
  };
}

/** `crypto.randomUUID` is missing where a portal is served without TLS. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
