import { ChosenTool } from '@image-factory/backstage-plugin-image-factory-node';
import { Tool } from '@image-factory/backstage-plugin-image-factory-common';

/** A tool as it was found, and where it can be used, how. */
export type DetectedTool = {
  tool: Tool;
  chosen?: ChosenTool;
  /** Empties its store of leftovers. To be called only while nothing runs. */
  sweep?(run: RunTool): Promise<void>;
};

/** What a probe has to work with. */
export type ToolProbe = {
  name: string;
  path: string;
  /** The executor's directory for the stores of tools. */
  storage: string;
  /** What it is run with. */
  environment: Record<string, string>;
  run: RunTool;
};

/** Runs the tool. */
export type RunTool = (args: string[]) => Promise<ToolAnswer>;

/** What a tool answered. */
export type ToolAnswer =
  | { ok: true; output: string }
  | { ok: false; message: string };

/** Finds out whether a tool that is there can be used, and how. */
export type ProbeTool = (probe: ToolProbe) => Promise<DetectedTool>;
