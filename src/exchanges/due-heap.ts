/** What is queued carries its place there, so that it can be moved and taken out. */
export interface Queued {
  /** -1: not queued. */
  place: number;
  /** Changed by the heap alone. */
  dueMs: number;
}

/** Those that wait for a time, the soonest first: a binary heap. */
export class DueHeap<T extends Queued> {
  readonly #entries: T[] = [];

  get size(): number {
    return this.#entries.length;
  }

  get first(): T | null {
    return this.#entries[0] ?? null;
  }

  /** Queues it, or moves it where it is queued. */
  put(one: T, dueMs: number): void {
    if (one.place < 0) {
      one.place = this.#entries.length;
      this.#entries.push(one);
    }
    one.dueMs = dueMs;
    this.#up(one);
    this.#down(one);
  }

  remove(one: T): void {
    if (one.place < 0) return;
    const last = this.#entries.pop();
    if (last !== undefined && last !== one) {
      this.#set(last, one.place);
      this.#up(last);
      this.#down(last);
    }
    one.place = -1;
  }

  #set(one: T, place: number): void {
    this.#entries[place] = one;
    one.place = place;
  }

  #up(one: T): void {
    for (;;) {
      const place = one.place;
      const parent = place > 0 ? this.#entries[(place - 1) >> 1] : undefined;
      if (parent === undefined || parent.dueMs <= one.dueMs) return;
      this.#set(one, parent.place);
      this.#set(parent, place);
    }
  }

  #down(one: T): void {
    for (;;) {
      const place = one.place;
      const [left, right] = [this.#entries[2 * place + 1], this.#entries[2 * place + 2]];
      if (left === undefined) return;
      const sooner = right !== undefined && right.dueMs < left.dueMs ? right : left;
      if (sooner.dueMs >= one.dueMs) return;
      this.#set(one, sooner.place);
      this.#set(sooner, place);
    }
  }
}
