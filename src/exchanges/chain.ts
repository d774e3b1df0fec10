/** What is in a chain carries its neighbours, so that leaving takes no search. In one chain at a time. */
export interface Linked<T> {
  before: T | null;
  after: T | null;
}

/** Those under way in the order in which they came. */
export class Chain<T extends Linked<T>> {
  first: T | null = null;
  #last: T | null = null;

  append(one: T): void {
    one.before = this.#last;
    if (this.#last === null) this.first = one;
    else this.#last.after = one;
    this.#last = one;
  }

  remove(one: T): void {
    const { before, after } = one;
    if (before === null) this.first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    one.before = null;
    one.after = null;
  }
}
