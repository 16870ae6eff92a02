/** An OCI image layout that is not what it should be; the message says how. */
export class OciLayoutError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OciLayoutError';
  }
}
