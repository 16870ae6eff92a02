/** What npm is told of the registry, as environment for Yarn. */
export function registrySettings(): Promise<{
  registry: string;
  environment: Record<string, string>;
}>;
