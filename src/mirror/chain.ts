/** What is in a chain carries its neighbours, so that leaving takes no search. It is in one chain at a time. */
export interface Linked<T> {
  before: T | null;
  behind: T | null;
}

/** First come, first; anybody may leave. What has left points at nobody, and so keeps nobody alive. */
export class Chain<T extends Linked<T>> {
  first: T | null = null;
  last: T | null = null;

  add(one: T): void {
    one.before = this.last;
    if (this.last === null) this.first = one;
    else this.last.behind = one;
    this.last = one;
  }

  /** It must be in this chain. */
  remove(one: T): void {
    if (one.before === null) this.first = one.behind;
    else one.before.behind = one.behind;
    if (one.behind === null) this.last = one.before;
    else one.behind.before = one.before;
    one.before = null;
    one.behind = null;
  }
}
