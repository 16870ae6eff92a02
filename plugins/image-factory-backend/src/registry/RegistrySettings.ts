/** A registry that the operator has named, as it is used. */
export type RegistrySettings = {
  /** With its port where it has one, such as `registry.example.com:5000`. */
  host: string;
  /** What a repository must begin with, with `{tenant}` and `{namespace}` in it; undefined for any repository. */
  tenantPrefix?: string;
  login?: RegistryLoginData;
  /** Certificates that are trusted beside those of the machine, as PEM. */
  ca?: string;
  /** Whether builds may pull base images with the login. */
  pullCredentials: boolean;
  /** Repositories of layer caches, with their placeholders, which no image may be among. */
  layerCaches?: string[];
};

export type RegistryLoginData = { username: string; password: string };
