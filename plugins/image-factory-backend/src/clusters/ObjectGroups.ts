/** Objects by their names, and by what they belong to: whoever looks at what belongs to one thing neither searches all nor is told of the rest. */
export class ObjectGroups<Kept> {
  readonly #objects = new Map<string, { kept: Kept; group: string }>();
  readonly #groups = new Map<string, Map<string, Kept>>();
  readonly #listeners = new Map<string, Set<() => void>>();

  get(name: string): Kept | undefined {
    return this.#objects.get(name)?.kept;
  }

  names(): string[] {
    return [...this.#objects.keys()];
  }

  values(): Kept[] {
    return [...this.#objects.values()].map(({ kept }) => kept);
  }

  /** In the order in which they came. */
  inGroup(group: string): Kept[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }

  /** Keeps an object, in place of the one of its name. */
  set(name: string, kept: Kept, group: string): void {
    const before = this.#objects.get(name)?.group;
    if (before !== undefined && before !== group) this.delete(name);
    this.#objects.set(name, { kept, group });
    const members = this.#groups.get(group) ?? new Map<string, Kept>();
    members.set(name, kept);
    this.#groups.set(group, members);
    this.#tell(group);
  }

  delete(name: string): void {
    const group = this.#objects.get(name)?.group;
    if (group === undefined) return;
    this.#objects.delete(name);
    const members = this.#groups.get(group);
    members?.delete(name);
    if (members?.size === 0) this.#groups.delete(group);
    this.#tell(group);
  }

  /** Is told whenever something of a group has changed, until the returned function is called. */
  onChange(group: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(group) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(group, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(group) === listeners) {
        this.#listeners.delete(group);
      }
    };
  }

  #tell(group: string): void {
    this.#listeners.get(group)?.forEach(listener => listener());
  }
}
