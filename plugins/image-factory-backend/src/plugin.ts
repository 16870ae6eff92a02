import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import {
  imageFactoryExecutorsExtensionPoint,
  imageFactoryMethodsExtensionPoint,
} from '@image-factory/backstage-plugin-image-factory-node';
import { readImageFactoryConfig } from './config';
import { createImageFactory } from './createImageFactory';
import { openDatabase } from './database';
import { ExecutorRegistry } from './executors';
import {
  MethodRegistry,
  buildxMethod,
  dockerMethod,
  kanikoMethod,
} from './methods';
import { COOKIE_PATHS } from './router';
import { withBundledTemplates } from './withBundledTemplates';

/**
 * Builds images from catalog components: tables, queue, dispatcher, executors
 * and API.
 *
 * @public
 */
export const imageFactoryPlugin = createBackendPlugin({
  pluginId: 'image-factory',
  register(env) {
    const methods = new MethodRegistry();
    methods.register(withBundledTemplates(dockerMethod));
    const executors = new ExecutorRegistry();

    env.registerExtensionPoint(imageFactoryMethodsExtensionPoint, {
      addMethod: method => methods.register(method),
    });
    env.registerExtensionPoint(imageFactoryExecutorsExtensionPoint, {
      addExecutor: executor => executors.register(executor),
    });

    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        rootLifecycle: coreServices.rootLifecycle,
        scheduler: coreServices.scheduler,
        signals: signalsServiceRef,
        userInfo: coreServices.userInfo,
      },
      async init({
        config,
        database,
        httpRouter,
        lifecycle,
        rootLifecycle,
        ...services
      }) {
        const settings = readImageFactoryConfig(config);
        if (settings.kubernetes.clusters.length > 0) {
          // Without a cluster they would be there only to say that they cannot run.
          methods.register(withBundledTemplates(buildxMethod));
          methods.register(withBundledTemplates(kanikoMethod));
        }
        const { knex, close } = await openDatabase(database);
        const factory = await createImageFactory({
          ...services,
          config: settings,
          integrations: ScmIntegrations.fromConfig(config),
          knex,
          methods,
          executors,
        });
        httpRouter.use(factory.router);
        for (const path of COOKIE_PATHS) {
          httpRouter.addAuthPolicy({ path, allow: 'user-cookie' });
        }
        lifecycle.addStartupHook(() => factory.start());
        // While builds that run here come to their end, pages still show them
        // and let them be cancelled: the API answers until the hooks below.
        rootLifecycle.addBeforeShutdownHook(() => factory.stop());
        lifecycle.addShutdownHook(async () => {
          await factory.stop();
          await close();
        });
      },
    });
  },
});
