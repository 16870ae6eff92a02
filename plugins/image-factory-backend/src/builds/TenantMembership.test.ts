import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { NotAllowedError } from '@backstage/errors';
import { TenantMembership } from './TenantMembership';

const ada = mockCredentials.user('user:default/ada');

describe('TenantMembership', () => {
  function membership(options: { groups: string[]; required?: boolean }) {
    const userInfo = mockServices.userInfo.mock({
      getUserInfo: async () => ({
        userEntityRef: 'user:default/ada',
        ownershipEntityRefs: ['user:default/ada', ...options.groups],
      }),
    });
    return {
      userInfo,
      demand: (tenant: string) =>
        TenantMembership.create({
          userInfo,
          required: options.required ?? true,
        }).demand({ entityRef: 'component:default/site', tenant }, ada),
    };
  }

  it.each([
    ['a group of theirs', 'group:default/payments'],
    ['a group of theirs, however it is written', 'group:default/Payments'],
    ['they themselves', 'user:default/ada'],
    ['none, as with an entity without an owner', 'default'],
  ])('lets whoever asks build where the tenant is %s', async (_, tenant) => {
    const { demand } = membership({ groups: ['Group:default/payments'] });
    await expect(demand(tenant)).resolves.toBeUndefined();
  });

  it.each([
    'group:default/payment',
    'group:other/payments',
    'user:default/payments',
  ])('refuses %s to a member of another, and says what to do', async tenant => {
    const { demand } = membership({ groups: ['group:default/payments'] });
    await expect(demand(tenant)).rejects.toThrow(NotAllowedError);
    await expect(demand(tenant)).rejects.toThrow(
      `Builds of component:default/site are accounted to ${tenant}, and you do not belong to it. Ask one of its members`,
    );
  });

  it('asks nothing of anybody where the portal does without', async () => {
    const { demand, userInfo } = membership({ groups: [], required: false });
    await expect(demand('group:default/payments')).resolves.toBeUndefined();
    expect(userInfo.getUserInfo).not.toHaveBeenCalled();
  });
});
