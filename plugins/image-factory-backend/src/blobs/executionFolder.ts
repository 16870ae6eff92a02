/** Where the blobs of an execution are kept: what belongs to one attempt can be removed as a whole. */
export function executionFolder(execution: {
  buildId: string;
  executionId: string;
}): string {
  return `artifacts/${execution.buildId}/${execution.executionId}`;
}

/** Where that is kept which tells of an execution what it was: it stays also where the execution was lost, unlike what that has produced. */
export function runFolder(execution: {
  buildId: string;
  executionId: string;
}): string {
  return `runs/${execution.buildId}/${execution.executionId}`;
}
