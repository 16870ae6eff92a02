import { createApp } from '@backstage/frontend-defaults';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { AppSidebar } from './modules/AppSidebar';
import { GuestSignInPage } from './modules/GuestSignInPage';

const appModule = createFrontendModule({
  pluginId: 'app',
  extensions: [AppSidebar, GuestSignInPage],
});

// Everything else comes from the packages that package.json names, by `app.packages: all`.
export default createApp({ features: [appModule] });
