import { createExtensionPoint } from '@backstage/backend-plugin-api';
import { BuildMethod } from './buildMethod';
import { Executor } from './executor';

/**
 * Registers build methods.
 *
 * @public
 */
export interface ImageFactoryMethodsExtensionPoint {
  /** @throws Error where the id is taken. */
  addMethod(method: BuildMethod): void;
}

/**
 * Registers build methods.
 *
 * @public
 */
export const imageFactoryMethodsExtensionPoint =
  createExtensionPoint<ImageFactoryMethodsExtensionPoint>({
    id: 'image-factory.methods',
  });

/**
 * Registers executors.
 *
 * @public
 */
export interface ImageFactoryExecutorsExtensionPoint {
  /** @throws Error where the id is taken. */
  addExecutor(executor: Executor): void;
}

/**
 * Registers executors.
 *
 * @public
 */
export const imageFactoryExecutorsExtensionPoint =
  createExtensionPoint<ImageFactoryExecutorsExtensionPoint>({
    id: 'image-factory.executors',
  });
