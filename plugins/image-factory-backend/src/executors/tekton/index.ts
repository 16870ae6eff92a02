export { TektonExecutor } from './TektonExecutor';
export type { TektonExecutorOptions } from './TektonExecutor';
export { StoredTemplates } from './StoredTemplates';
export type { TemplateSource } from './TemplateSource';
