import { RegistryAnswer } from './RegistryAnswer';
import { RegistryError } from './RegistryError';
import { RegistryTransport } from './RegistryTransport';

/** Storage behind a registry: whoever is sent there has asked for a blob that exists. */
export const SENT_TO_STORAGE = [302, 303, 307];
const MAX_REDIRECTS = 3;

/**
 * Where a registry sends whoever asks for a blob to its storage, the answer of
 * that. It is asked without the registry's login, and whatever it gives has to
 * be held against the digest.
 */
export async function fromStorage(options: {
  answer: RegistryAnswer;
  url: URL;
  host: string;
  transport: RegistryTransport;
  signal: AbortSignal;
}): Promise<{ answer: RegistryAnswer; url: URL }> {
  const { host, transport, signal } = options;
  let { answer, url } = options;
  let redirects = 0;
  while (SENT_TO_STORAGE.includes(answer.status) && redirects < MAX_REDIRECTS) {
    redirects += 1;
    await answer.discard();
    url = checkStorage(answer.header('location'), url, host);
    answer = await transport.send({ method: 'GET', url }, signal);
  }
  return { answer, url };
}

function checkStorage(
  location: string | undefined,
  base: URL,
  host: string,
): URL {
  const url =
    location !== undefined && URL.canParse(location, base)
      ? new URL(location, base)
      : undefined;
  if (url?.protocol !== 'https:') {
    throw new RegistryError({
      class: 'infrastructure',
      message: `${host} keeps a blob in a place that is not https, so it was not fetched.`,
      hint: 'Let the registry give what it stores itself, or name a storage that is reached over https.',
    });
  }
  return url;
}
