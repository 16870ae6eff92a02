/** One hash over the names and contents of files and folders, without what is built and installed there. */
export function hashOf(paths: string[], ...more: string[]): string;
