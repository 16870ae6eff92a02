import { mockCredentials } from '@backstage/backend-test-utils';
import { ServiceUnavailableError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { findEntity } from './findEntity';

describe('findEntity', () => {
  const credentials = mockCredentials.user();

  function find(error: unknown): Promise<unknown> {
    const catalog: CatalogService = catalogServiceMock.mock({
      getEntityByRef: async () => {
        throw error;
      },
    });
    return findEntity('component:default/app', { catalog, credentials }).catch(
      thrown => thrown,
    );
  }

  it.each([
    Object.assign(new Error('Request failed with 500'), { statusCode: 500 }),
    Object.assign(new Error('Request failed with 503'), { statusCode: 503 }),
    new TypeError('fetch failed'),
  ])('says that the catalog does not answer where it has %p', async error => {
    const thrown = await find(error);
    expect(thrown).toBeInstanceOf(ServiceUnavailableError);
    expect(thrown).toMatchObject({
      message: expect.stringContaining(
        'The catalog does not answer right now, so component:default/app could not be looked up. Try again in a moment.',
      ),
    });
  });

  it.each([
    ':app',
    '..:../entities',
    'component:../app',
    'component:./app',
    'component:default/..',
    'component:default/a\0',
    'component:default/a\nb',
    'component:default/\ud800',
  ])('asks the catalog nothing for %j', async entityRef => {
    const getEntityByRef = jest.fn();
    const catalog: CatalogService = catalogServiceMock.mock({ getEntityByRef });
    await expect(
      findEntity(entityRef, { catalog, credentials }),
    ).rejects.toThrow(
      'is not an entity reference. Write it as kind:namespace/name',
    );
    expect(getEntityByRef).not.toHaveBeenCalled();
  });

  it('leaves to the catalog what it refuses', async () => {
    const error = Object.assign(new Error('Request failed with 403'), {
      statusCode: 403,
    });
    expect(await find(error)).toBe(error);
  });
});
