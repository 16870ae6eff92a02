export { BuildsPage } from './BuildsPage';
export { BuildsRouter } from './BuildsRouter';
