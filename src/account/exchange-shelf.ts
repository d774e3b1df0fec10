import type { ExchangeRecord } from "../model/index.ts";
import { bearsNone } from "./erase.ts";

interface Pinned {
  readonly record: ExchangeRecord;
  /** How many hold it. */
  holders: number;
}

/** The latest exchanges, so many at most, and those that somebody holds. */
export class ExchangeShelf {
  readonly #limit: number;
  readonly #latest = new Map<string, ExchangeRecord>();
  readonly #pinned = new Map<string, Pinned>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  put(record: ExchangeRecord): void {
    this.#latest.set(record.exchange, record);
    if (this.#latest.size <= this.#limit) return;
    const [oldest] = this.#latest.keys();
    if (oldest !== undefined) this.#latest.delete(oldest);
  }

  get(id: string): ExchangeRecord | null {
    return this.#latest.get(id) ?? this.#pinned.get(id)?.record ?? null;
  }

  /** Lets go of what bears one of these hashes; a holder finds nothing there from then on. */
  erase(hashes: readonly string[]): void {
    for (const [id, record] of this.#latest) if (!bearsNone(record, hashes)) this.#latest.delete(id);
    for (const [id, { record }] of this.#pinned) if (!bearsNone(record, hashes)) this.#pinned.delete(id);
  }

  /** Newest first. */
  newest(count: number): readonly ExchangeRecord[] {
    return [...this.#latest.values()].slice(-count).toReversed();
  }

  /** Holds an exchange until it is let go; false: it is not here. */
  pin(id: string): boolean {
    const record = this.get(id);
    if (record === null) return false;
    const pinned = this.#pinned.get(id) ?? { record, holders: 0 };
    pinned.holders += 1;
    this.#pinned.set(id, pinned);
    return true;
  }

  unpin(id: string): void {
    const pinned = this.#pinned.get(id);
    if (pinned === undefined) return;
    pinned.holders -= 1;
    if (pinned.holders === 0) this.#pinned.delete(id);
  }
}
