import { ServerResponse } from 'node:http';
import {
  Answer,
  Asked,
  json,
} from '../../../clusters/__testUtils__/ScriptedApiServer';
import { PipelineRunObject } from '../tektonObjects';

type Operation = { op: string; path: string; value?: unknown };

/**
 * PipelineRuns as an API server keeps them: created once by a name, patched,
 * deleted, listed and watched. There is nobody who runs them, so that they are as
 * a test makes them; of all other kinds there is nothing.
 */
export class FakeTekton {
  readonly runs = new Map<string, PipelineRunObject>();
  /** What was asked of it, without what is asked again and again. */
  readonly changes: string[] = [];
  /** What it answers instead, while that is set. */
  trouble: Answer | undefined;
  readonly #watches = new Set<{ prefix: string; response: ServerResponse }>();
  #version = 1;

  readonly answer: Answer = (response, asked) => {
    if (asked.method !== 'GET') {
      this.changes.push(`${asked.method} ${asked.path.split('/v1/')[1]}`);
    }
    if (this.trouble) this.trouble(response, asked);
    else if (asked.query.watch) this.#watch(response, asked);
    else if (/\/pipelineruns/.test(asked.path)) this.#answer(response, asked);
    else this.#list(response, asked, []);
  };

  /** Sets what a run has become, and tells whoever watches. */
  become(path: string, change: Partial<PipelineRunObject>): void {
    const run = { ...this.runs.get(path)!, ...change };
    this.#keep(path, run, 'MODIFIED');
  }

  /** Cuts all watches, as where a server goes away. */
  cut(): void {
    this.#watches.forEach(({ response }) => response.destroy());
    this.#watches.clear();
  }

  #answer(response: ServerResponse, asked: Asked): void {
    const { method, path } = asked;
    if (method === 'POST') {
      const run: PipelineRunObject = JSON.parse(asked.body);
      const at = `${path}/${run.metadata.name}`;
      if (this.runs.has(at)) return this.#refuse(response, asked, 409);
      this.#keep(at, run, 'ADDED');
      return json(201, this.runs.get(at))(response, asked);
    }
    if (path.endsWith('/pipelineruns')) {
      const items = [...this.runs.entries()].flatMap(([at, run]) =>
        at.startsWith(`${path}/`) ? [run] : [],
      );
      return this.#list(response, asked, items);
    }
    const run = this.runs.get(path);
    if (!run) return this.#refuse(response, asked, 404);
    if (method === 'DELETE') {
      this.runs.delete(path);
      this.#tell(path, run, 'DELETED');
    }
    if (method === 'PATCH') {
      const patched = structuredClone(run);
      for (const operation of JSON.parse(asked.body)) {
        apply(patched, operation);
      }
      this.#keep(path, patched, 'MODIFIED');
    }
    return json(200, this.runs.get(path) ?? {})(response, asked);
  }

  #keep(path: string, run: PipelineRunObject, type: string): void {
    const kept = {
      ...run,
      metadata: {
        creationTimestamp: new Date().toISOString(),
        uid: `uid-of-${run.metadata.name}`,
        ...run.metadata,
        resourceVersion: String((this.#version += 1)),
      },
    };
    this.runs.set(path, kept);
    this.#tell(path, kept, type);
  }

  #tell(path: string, object: PipelineRunObject, type: string): void {
    for (const { prefix, response } of this.#watches) {
      if (!path.startsWith(`${prefix}/`)) continue;
      response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }

  #list(response: ServerResponse, asked: Asked, items: unknown[]): void {
    const metadata = { resourceVersion: String(this.#version) };
    json(200, { metadata, items })(response, asked);
  }

  #watch(response: ServerResponse, { path }: Asked): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    this.#watches.add({ prefix: path, response });
  }

  #refuse(response: ServerResponse, asked: Asked, code: number): void {
    json(code, { kind: 'Status', code, message: 'refused' })(response, asked);
  }
}

/** Of RFC 6902 what the portal uses. */
function apply(object: PipelineRunObject, { path, value }: Operation): void {
  const keys = path
    .slice(1)
    .split('/')
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop()!;
  const place = keys.reduce<Record<string, unknown>>(
    (at, key) => (at[key] ??= {}) as Record<string, unknown>,
    object as unknown as Record<string, unknown>,
  );
  place[last] = value;
}
