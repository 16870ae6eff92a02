export { askTool } from './askTool';
export type { DetectedTool } from './detectedTool';
export { ToolDetector } from './ToolDetector';
export type { Detection } from './ToolDetector';
export { installHint, recommendedTool } from './toolHints';
