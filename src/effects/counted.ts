import { Kept } from "../http/index.ts";
import type { BodyDigest } from "../model/index.ts";

/** Reads a body while it goes by. */
export interface Digesting {
  update(chunk: Uint8Array): void;
  end(): BodyDigest;
}

/** A body kept aside, and how much came of it, kept or not. */
export class Counted extends Kept {
  bytesSeen = 0;
  /** What stands for it where it is not kept; null: nothing does. */
  digesting: Digesting | null = null;

  override push(chunk: Buffer): readonly Buffer[] | null {
    this.bytesSeen += chunk.length;
    this.digesting?.update(chunk);
    return super.push(chunk);
  }

  digest(): BodyDigest | null {
    return this.notKept === null ? null : (this.digesting?.end() ?? null);
  }
}
