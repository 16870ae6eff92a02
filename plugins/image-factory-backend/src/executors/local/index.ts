export { LocalExecutor } from './LocalExecutor';
export type { LocalExecutorOptions } from './LocalExecutor';
export { pickEnvironment } from './pickEnvironment';
export { runProgram } from './runProgram';
export { environmentSecrets } from './environmentSecrets';
