import { isError } from '@backstage/errors';
import { hasProxyLogin } from '../pickEnvironment';
import { askTool } from './askTool';
import { DetectedTool, ProbeTool } from './detectedTool';
import { findExecutable, isExecutable } from '../findExecutable';
import { probeBuildah } from './probeBuildah';
import { probeBuildctl } from './probeBuildctl';
import { probeDocker } from './probeDocker';
import { probeOther } from './probeOther';
import { probePodman } from './probePodman';
import { probeTrivy } from './probeTrivy';
import { installHint } from './toolHints';

const FRESH_MILLISECONDS = 60_000;
const PROBE_MILLISECONDS = 4_000;

const PROBES: Record<string, ProbeTool> = {
  docker: probeDocker,
  podman: probePodman,
  buildah: probeBuildah,
  buildctl: probeBuildctl,
  trivy: probeTrivy,
};

/** What a detection found, and when. */
export type Detection = {
  tools: Map<string, DetectedTool>;
  at: Date;
};

export type ToolDetectorOptions = {
  names: () => string[];
  /** Paths of tools that are not on the PATH, by name. */
  toolPaths: Record<string, string>;
  environment: Record<string, string>;
  storage: string;
  now: () => Date;
  steady: () => number;
};

/**
 * Finds the tools of this machine and tries them. Asks again after a minute, so
 * that a tool that was installed meanwhile is noticed without a restart.
 */
export class ToolDetector {
  readonly #options: ToolDetectorOptions;
  #latest: Detection | undefined;
  #foundAt = Number.NEGATIVE_INFINITY;
  #closed = false;
  #running: Promise<Detection> | undefined;
  /** Tools whose latest probe alone has failed. */
  readonly #doubted = new Set<string>();

  constructor(options: ToolDetectorOptions) {
    this.#options = options;
  }

  /** The latest finding, however old. */
  get latest(): Detection | undefined {
    return this.#latest;
  }

  /** The latest finding at once. Where it is old, a new look is begun; only the first is waited for. */
  async detect(): Promise<Detection> {
    const latest = this.#latest;
    if (!latest) {
      return this.refresh();
    }
    const age = this.#options.steady() - this.#foundAt;
    if (age >= FRESH_MILLISECONDS) {
      // Where it fails, the next who asks begins another.
      this.refresh().catch(() => undefined);
    }
    return latest;
  }

  /** Resolves once no look is under way. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  /** Looks no more, and goes on answering what it knows; resolves once no look is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.idle();
  }

  /** Looks anew. Those who ask at the same time get the same answer. */
  async refresh(): Promise<Detection> {
    if (this.#closed && this.#latest) {
      return this.#latest;
    }
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #look(): Promise<Detection> {
    const names = this.#options.names();
    const found = await Promise.all(names.map(name => this.#judge(name)));
    this.#latest = {
      tools: new Map(names.map((name, index) => [name, found[index]])),
      at: this.#options.now(),
    };
    this.#foundAt = this.#options.steady();
    return this.#latest;
  }

  /** A busy machine lets a probe fail now and then: what worked is given up only after two. */
  async #judge(name: string): Promise<DetectedTool> {
    const found = await this.#probe(name);
    const before = this.#latest?.tools.get(name);
    if (found.tool.status !== 'unusable' || !before?.chosen) {
      this.#doubted.delete(name);
      return found;
    }
    if (this.#doubted.delete(name)) {
      return found;
    }
    this.#doubted.add(name);
    return before;
  }

  async #probe(name: string): Promise<DetectedTool> {
    const { toolPaths, environment, storage } = this.#options;
    const told = toolPaths[name];
    if (told !== undefined && !(await isExecutable(told))) {
      return {
        tool: {
          name,
          status: 'missing',
          path: told,
          message: `imageFactory.executors.local.toolPaths.${name} is set to ${told}, which is no program that can be run`,
          hint: `Correct imageFactory.executors.local.toolPaths.${name}, or remove it to look on the PATH, and start the portal anew.`,
        },
      };
    }
    const path = told ?? (await findExecutable(name, environment.PATH ?? ''));
    if (path === undefined) {
      return {
        tool: {
          name,
          status: 'missing',
          message: `${name} is not on the PATH of the portal`,
          hint: installHint(name),
        },
      };
    }
    const probe = PROBES[name] ?? probeOther;
    const run = (args: string[]) =>
      askTool(path, args, { environment, milliseconds: PROBE_MILLISECONDS });
    try {
      const found = await probe({ name, path, storage, environment, run });
      return hasProxyLogin(environment) ? withoutProxy(found) : found;
    } catch (error) {
      return {
        tool: {
          name,
          status: 'unusable',
          path,
          message: isError(error) ? error.message : String(error),
        },
      };
    }
  }
}

/** The commands of a build may not learn the login of the proxy. */
function withoutProxy(found: DetectedTool): DetectedTool {
  const { chosen } = found;
  return chosen
    ? {
        ...found,
        chosen: {
          ...chosen,
          settings: { ...chosen.settings, httpProxy: 'false' },
        },
      }
    : found;
}
