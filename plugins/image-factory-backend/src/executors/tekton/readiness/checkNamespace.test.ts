import {
  NamespaceObject,
  checkNamespace,
  checkPodSecurity,
} from './checkNamespace';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

function namespace(level?: string, phase = 'Active'): NamespaceObject {
  return {
    metadata: {
      name: 'builds-a',
      labels: level === undefined ? {} : { [ENFORCE]: level },
    },
    status: { phase },
  };
}

describe('checkNamespace', () => {
  it('sends no builds to one that is on its way out', () => {
    expect(checkNamespace(namespace('baseline')).status).toBe('ready');
    expect(checkNamespace(namespace('baseline', 'Terminating'))).toMatchObject({
      status: 'missing',
      blocks: true,
      message: 'The namespace builds-a is being deleted.',
    });
  });
});

describe('checkPodSecurity', () => {
  it.each([
    ['baseline', 'baseline', 'ready', undefined],
    ['privileged', 'privileged', 'ready', undefined],
    // Builds run; what they could be given beside is more than they should have.
    ['baseline', 'privileged', 'warning', undefined],
    ['baseline', 'restricted', 'missing', true],
    ['privileged', 'baseline', 'missing', true],
    ['privileged', 'restricted', 'missing', true],
    ['baseline', undefined, 'missing', undefined],
    ['privileged', undefined, 'warning', undefined],
  ] as const)(
    'of builds that need %s, where %s is enforced, says %s',
    (needed, enforced, status, blocks) => {
      const finding = checkPodSecurity(namespace(enforced), needed);
      expect(finding.status).toBe(status);
      expect(finding.blocks).toBe(blocks);
      const command = `kubectl label namespace builds-a --overwrite ${ENFORCE}=${needed}`;
      expect(finding.hint).toEqual(
        status === 'ready' ? undefined : `Enforce ${needed}: ${command}`,
      );
    },
  );
});
