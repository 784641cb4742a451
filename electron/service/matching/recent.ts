const MOST = 4_096;
/** Longer ones do not repeat, and are not kept. */
const LONGEST = 200;

/** What was worked out of texts that repeat, such as brands and categories: forgotten as a whole when there are too many. */
export class Recent<Value> {
  readonly #known = new Map<string, Value>();

  /** The value of a text, worked out by `make` where it is not known. */
  get(text: string, make: (text: string) => Value): Value {
    const before = this.#known.get(text);
    if (before !== undefined) return before;
    const made = make(text);
    if (text.length > LONGEST) return made;
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(text, made);
    return made;
  }
}
