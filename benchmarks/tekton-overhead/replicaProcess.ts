/** A replica of the portal without its pages, with the method of this benchmark among its build methods. What it is told comes through its config. */
import { createBackend } from '@backstage/backend-defaults';
import { createBackendModule } from '@backstage/backend-plugin-api';
import { imageFactoryMethodsExtensionPoint } from '@image-factory/backstage-plugin-image-factory-node';
import { overheadMethod } from './overheadMethod';

const backend = createBackend();

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('@image-factory/backstage-plugin-image-factory-backend'));
backend.add(
  createBackendModule({
    pluginId: 'image-factory',
    moduleId: 'overhead',
    register(env) {
      env.registerInit({
        deps: { methods: imageFactoryMethodsExtensionPoint },
        async init({ methods }) {
          methods.addMethod(overheadMethod);
        },
      });
    },
  }),
);

backend.start().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
