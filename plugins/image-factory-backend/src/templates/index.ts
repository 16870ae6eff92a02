export * from './pipeline';
export * from './render';
export { parseTemplate } from './parseTemplate';
export type { ParsedTemplate } from './parseTemplate';

export { lintTemplate } from './lint';
