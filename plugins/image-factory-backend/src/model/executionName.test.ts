import { executionName } from './executionName';

describe('executionName', () => {
  it('is a Kubernetes name of at most 50 characters for every method', () => {
    for (const method of [
      'docker',
      'buildx',
      'kaniko',
      'packer',
      'nix',
      'paketo',
    ]) {
      const name = executionName({
        method,
        buildId: 'b2a1c2d3-0000-4000-8000-123456789abc',
        attempt: 999,
      });
      expect(name).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
      expect(name.length).toBeLessThanOrEqual(50);
    }
  });

  it('is the same each time for one attempt and another for the next', () => {
    const attempt = (number: number) =>
      executionName({ method: 'docker', buildId: 'a-b', attempt: number });
    expect(attempt(1)).toBe(attempt(1));
    expect(attempt(2)).not.toBe(attempt(1));
  });
});
