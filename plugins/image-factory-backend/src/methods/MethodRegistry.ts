import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { compileInputs } from './compileInputs';

/** A run is named by its method, its build and its attempt, in 50 characters. */
const METHOD_ID = /^[a-z][a-z0-9-]{0,15}$/;

/** The build methods by id, in the order in which they were registered. */
export class MethodRegistry {
  readonly #methods = new Map<string, BuildMethod>();

  /** @throws Error where the id is taken or the inputs are no JSON Schema: both are mistakes of whoever wires the portal. */
  register(method: BuildMethod): void {
    if (!METHOD_ID.test(method.id)) {
      throw new Error(
        `'${method.id}' cannot be the id of a build method: ids are of up to 16 lower-case letters, digits and dashes and begin with a letter, since runs are named by them`,
      );
    }
    if (this.#methods.has(method.id)) {
      throw new Error(
        `Build method '${method.id}' is registered twice; give one of them another id`,
      );
    }
    compileInputs(method);
    this.#methods.set(method.id, method);
  }

  get(id: string): BuildMethod | undefined {
    return this.#methods.get(id);
  }

  list(): BuildMethod[] {
    return [...this.#methods.values()];
  }
}
