import type { NotKept } from "../model/index.ts";

/** Memory that all kept bodies together may take, in bytes. */
export interface Budget {
  take(bytes: number): boolean;
  give(bytes: number): void;
  readonly used: number;
}

export function createBudget(limit: number): Budget {
  let used = 0;
  return {
    take(bytes) {
      if (used + bytes > limit) return false;
      used += bytes;
      return true;
    },
    give(bytes) {
      used -= bytes;
    },
    get used() {
      return used;
    },
  };
}

const empty = Buffer.alloc(0);

/**
 * A body kept aside while it flows: one buffer where it comes in one piece, one copy into a buffer of the announced
 * length otherwise. Past its limit it lets go of everything and only says why.
 */
export class Kept {
  #pieces: Buffer[] = [];
  #whole: Buffer | null = null;
  #bytes = 0;
  #reserved = 0;
  #notKept: NotKept | null = null;
  readonly #limit: number;
  readonly #budget: Budget;
  readonly #announced: number | null;

  /** `announced`: content-length, where the sender gave one. */
  constructor(limit: number, budget: Budget, announced: number | null) {
    this.#limit = limit;
    this.#budget = budget;
    this.#announced = announced;
    if (announced !== null && announced > limit) this.#notKept = "body-too-large";
  }

  /** Null, or the pieces it held until now where this chunk makes it let go. */
  push(chunk: Buffer): readonly Buffer[] | null {
    if (this.#notKept !== null || chunk.length === 0) return null;
    const next = this.#bytes + chunk.length;
    if (next > this.#limit) return this.#drop("body-too-large");
    // Several pieces of an announced length share one buffer, reserved whole when the first of them comes.
    const shared = this.#announced !== null && next <= this.#announced && chunk.length < this.#announced;
    if (shared && this.#whole === null && this.#bytes === 0) {
      if (!this.#reserve(this.#announced)) return this.#drop("queue-full");
      this.#whole = Buffer.allocUnsafe(this.#announced);
    }
    if (this.#whole !== null) chunk.copy(this.#whole, this.#bytes);
    else if (this.#reserve(chunk.length)) this.#pieces.push(chunk);
    else return this.#drop("queue-full");
    this.#bytes = next;
    return null;
  }

  /** Why the body was not kept; null: it was. */
  get notKept(): NotKept | null {
    return this.#notKept;
  }

  /** Everything pushed so far, as one buffer; null where it was not kept. */
  bytes(): Buffer | null {
    if (this.#notKept !== null) return null;
    if (this.#whole !== null) return this.#whole.subarray(0, this.#bytes);
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces, this.#bytes)];
    return this.#pieces[0] ?? empty;
  }

  /** Gives the memory back. The bytes handed out stay valid for whoever holds them. */
  release(): void {
    this.#budget.give(this.#reserved);
    this.#reserved = 0;
    this.#bytes = 0;
    this.#pieces = [];
    this.#whole = null;
  }

  #reserve(bytes: number): boolean {
    if (!this.#budget.take(bytes)) return false;
    this.#reserved += bytes;
    return true;
  }

  #drop(why: NotKept): readonly Buffer[] {
    const held = this.#whole === null ? this.#pieces : [this.#whole.subarray(0, this.#bytes)];
    this.release();
    this.#notKept = why;
    return held;
  }
}
