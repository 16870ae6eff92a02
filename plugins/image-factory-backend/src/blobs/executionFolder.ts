/** Where the blobs of an execution are kept: what belongs to one attempt can be removed as a whole. */
export function executionFolder(execution: {
  buildId: string;
  executionId: string;
}): string {
  return `artifacts/${execution.buildId}/${execution.executionId}`;
}
