import { LoggerService } from '@backstage/backend-plugin-api';
import {
  BuildMethod,
  PinnedTemplate,
} from '@image-factory/backstage-plugin-image-factory-node';
import { BundledTemplate, StoredTemplate, TemplateStore } from '../../database';
import { PipelineTemplate, lintTemplate, parseTemplate } from '../../templates';
import { TemplateSource } from './TemplateSource';

/** The templates of the database, to which those are added that methods bring along. */
export class StoredTemplates implements TemplateSource {
  readonly #store: TemplateStore;
  readonly #logger: LoggerService;
  /** Versions are never changed, so each is read once. */
  readonly #parsed = new Map<string, PipelineTemplate | undefined>();

  static create(options: {
    store: TemplateStore;
    logger: LoggerService;
  }): StoredTemplates {
    return new StoredTemplates(options.store, options.logger);
  }

  private constructor(store: TemplateStore, logger: LoggerService) {
    this.#store = store;
    this.#logger = logger;
  }

  /** Stores what methods bring along; what cannot be used of it is told in the log and left out. */
  async seed(methods: BuildMethod[]): Promise<void> {
    const bundled = methods.flatMap(method =>
      (method.pipelineTemplates ?? []).flatMap(
        ({ yaml }) => this.#read(method, yaml) ?? [],
      ),
    );
    const { added, changed } = await this.#store.seed(bundled);
    for (const { name, version } of added) {
      this.#logger.info(`Pipeline template ${name} ${version} is added`);
    }
    for (const { name, version, method } of changed) {
      this.#logger.error(
        `The build method ${method} brings along another text of the pipeline template ${name} ${version} than the one that is stored. The stored one stays: whoever has changed it gives it a version of its own.`,
      );
    }
  }

  async defaultOf({ id }: BuildMethod): Promise<PipelineTemplate | undefined> {
    const stored = await this.#store.defaultOf(id);
    return stored && this.#parse(stored);
  }

  async pinned({
    id,
    digest,
  }: PinnedTemplate): Promise<PipelineTemplate | undefined> {
    const stored = await this.#store.get(id);
    return stored?.digest === digest ? this.#parse(stored) : undefined;
  }

  #read(method: BuildMethod, yaml: string): BundledTemplate | undefined {
    const parsed = parseTemplate(yaml);
    const problems =
      'problems' in parsed ? parsed.problems : lintTemplate(parsed.template);
    if ('problems' in parsed || problems.length > 0) {
      const [{ line, message }] = problems;
      this.#logger.error(
        `A pipeline template of the build method ${method.id} cannot be used: line ${line}, ${message}`,
      );
      return undefined;
    }
    const { name, version, digest, parameters } = parsed.template;
    return { name, method: method.id, version, digest, yaml, parameters };
  }

  #parse(stored: StoredTemplate): PipelineTemplate | undefined {
    const { id, name, version, digest, yaml } = stored;
    if (!this.#parsed.has(id)) {
      const parsed = parseTemplate(yaml);
      const template =
        'template' in parsed && parsed.template.digest === digest
          ? parsed.template
          : undefined;
      if (!template) {
        this.#logger.error(
          `The stored pipeline template ${name} ${version} cannot be used: its text is not the one of its digest, or none that this version of Image Factory reads.`,
        );
      }
      this.#parsed.set(id, template);
    }
    return this.#parsed.get(id);
  }
}
