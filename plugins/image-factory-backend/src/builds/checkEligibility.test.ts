import { Entity } from '@backstage/catalog-model';
import { mockCredentials } from '@backstage/backend-test-utils';
import { checkEligibility } from './checkEligibility';

const SITE: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'site',
    namespace: 'default',
    annotations: { 'image-factory.io/image': 'site' },
  },
  spec: { owner: 'payments' },
};

describe('checkEligibility', () => {
  const asked: unknown[] = [];
  const check = (
    options: { entity?: Entity; denied?: string; foreign?: string } = {},
  ) =>
    checkEligibility({
      entity: options.entity ?? SITE,
      credentials: mockCredentials.user('user:default/ada'),
      checks: {
        createProblem: async entityRef => {
          asked.push(entityRef);
          return options.denied;
        },
      },
      membership: {
        problem: async accounted => {
          asked.push(accounted);
          return options.foreign;
        },
      },
    });

  it('lets build whom nothing keeps from it, asking of the entity as it is owned', async () => {
    expect(await check()).toEqual({
      entityRef: 'component:default/site',
      tenant: 'group:default/payments',
      eligible: true,
      reasons: [],
    });
    expect(asked).toEqual([
      'component:default/site',
      {
        entityRef: 'component:default/site',
        tenant: 'group:default/payments',
      },
    ]);
  });

  it('gives every reason at once, the permission first', async () => {
    const { eligible, reasons } = await check({
      entity: { ...SITE, metadata: { ...SITE.metadata, annotations: {} } },
      denied: 'Denied.',
      foreign: 'Foreign.',
    });
    expect(eligible).toBe(false);
    expect(reasons).toEqual([
      { code: 'PERMISSION_MISSING', message: 'Denied.' },
      { code: 'NOT_A_MEMBER', message: 'Foreign.' },
      {
        code: 'NOT_BUILDABLE',
        message:
          'component:default/site is not buildable. Add the annotation image-factory.io/image with an image reference, such as site, to its catalog-info.yaml.',
      },
    ]);
  });

  it('asks for an image reference where the annotation has none', async () => {
    const { reasons } = await check({
      entity: {
        ...SITE,
        metadata: {
          ...SITE.metadata,
          annotations: { 'image-factory.io/image': ' ' },
        },
      },
    });
    expect(reasons[0].message).toMatch(/Add the annotation/);
  });
});
