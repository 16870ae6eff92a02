import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { compare, prerelease } from 'semver';
import { databaseNow, toColumn } from './engine';
import { PipelineTemplateRow } from './tables';
import { transaction } from './transaction';

/** Who has put the templates here that methods bring along. */
const BUNDLED = 'system';

/** A version of a pipeline template as it is stored. */
export type StoredTemplate = {
  id: string;
  name: string;
  method: string;
  version: string;
  digest: string;
  yaml: string;
  isDefault: boolean;
};

/** A version that a method brings along. */
export type BundledTemplate = Omit<StoredTemplate, 'id' | 'isDefault'> & {
  /** What it declares. */
  parameters: unknown;
};

/** What became of the versions that methods bring along. */
export type SeedResult = {
  added: BundledTemplate[];
  /** A version that is stored already with another text, which stays. */
  changed: BundledTemplate[];
};

/** Versions of pipeline templates. None is ever changed or removed: builds run by them. */
export class TemplateStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): TemplateStore {
    return new TemplateStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  async get(id: string): Promise<StoredTemplate | undefined> {
    const row = await this.#knex<PipelineTemplateRow>('pipeline_templates')
      .where({ id })
      .first();
    return row && toTemplate(row);
  }

  /** The version by which builds of a method run that are submitted now. */
  async defaultOf(method: string): Promise<StoredTemplate | undefined> {
    const row = await this.#knex<PipelineTemplateRow>('pipeline_templates')
      .where({ build_method: method, is_default: true })
      .first();
    return row && toTemplate(row);
  }

  /**
   * Stores the versions that methods bring along, where they are new. The latest
   * of a method becomes its default, unless an admin has chosen another's.
   * Several replicas may do this at once.
   */
  async seed(templates: BundledTemplate[]): Promise<SeedResult> {
    const result: SeedResult = { added: [], changed: [] };
    for (const template of templates) {
      const outcome = await this.#add(template);
      if (outcome !== 'known') result[outcome].push(template);
    }
    const methods = new Set(templates.map(({ method }) => method));
    for (const method of methods) await this.#chooseDefault(method);
    return result;
  }

  async #add(
    template: BundledTemplate,
  ): Promise<'added' | 'changed' | 'known'> {
    const { name, version } = template;
    const now = await databaseNow(this.#knex);
    const id = randomUUID();
    await this.#knex<PipelineTemplateRow>('pipeline_templates')
      .insert({
        id,
        name,
        build_method: template.method,
        template_yaml: template.yaml,
        version,
        is_default: false,
        parameters: JSON.stringify(template.parameters),
        digest: template.digest,
        created_by: BUNDLED,
        created_at: toColumn(now),
      })
      .onConflict(['name', 'version'])
      .ignore();
    const stored = await this.#knex<PipelineTemplateRow>('pipeline_templates')
      .where({ name, version })
      .first();
    if (stored!.id === id) return 'added';
    return stored!.digest === template.digest ? 'known' : 'changed';
  }

  async #chooseDefault(method: string): Promise<void> {
    await transaction(this.#knex, async trx => {
      // One replica at a time: each would clear the other's.
      await trx('scheduling').where({ id: 1 }).increment('revision', 1);
      const rows = await trx<PipelineTemplateRow>('pipeline_templates').where({
        build_method: method,
        deprecated_at: null,
      });
      const current = rows.find(row => Boolean(row.is_default));
      if (current && current.created_by !== BUNDLED) return;
      const [latest] = rows
        .filter(
          row => row.created_by === BUNDLED && prerelease(row.version) === null,
        )
        .sort((one, other) => compare(other.version, one.version));
      if (!latest || latest.id === current?.id) return;
      await trx('pipeline_templates')
        .where({ build_method: method, is_default: true })
        .update({ is_default: false });
      await trx('pipeline_templates')
        .where({ id: latest.id })
        .update({ is_default: true });
    });
  }
}

function toTemplate(row: PipelineTemplateRow): StoredTemplate {
  return {
    id: row.id,
    name: row.name,
    method: row.build_method,
    version: row.version,
    digest: row.digest,
    yaml: row.template_yaml,
    isDefault: Boolean(row.is_default),
  };
}
