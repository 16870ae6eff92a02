import { HostSecret } from '../../clusters';

/** The Secret that logs in to a host, by the operator's list. */
export function findSecret(
  secrets: HostSecret[],
  host: string | undefined,
): string | undefined {
  return secrets.find(each => each.host === host)?.secret;
}
