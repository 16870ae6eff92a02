import { RegistryLoginData } from './RegistrySettings';

/** Name and password, as a Basic header and a file of logins have them. */
export function encodeLogin({ username, password }: RegistryLoginData): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}
