import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Kept } from "./kept.ts";

const empty = Buffer.alloc(0);

/**
 * A request body coming in: kept aside, and fed on as it arrives. What it feeds may end early (a side that answers
 * without reading): the rest is still taken in, so that the connection stays usable and the body complete.
 */
export class Intake {
  readonly #request: IncomingMessage;
  readonly #kept: Kept;
  readonly #completed: () => void;
  #feed: Readable | null = null;
  #held: (() => void) | null = null;
  complete = false;

  /** `completed` is called once, when the last byte is in; never when the client goes before. */
  constructor(request: IncomingMessage, kept: Kept, completed: () => void) {
    this.#request = request;
    this.#kept = kept;
    this.#completed = completed;
  }

  /** The whole body where it has already arrived (as small ones do, in the packet of the head); else null. */
  already(): Buffer | null {
    if (!this.#request.complete) return null;
    const pieces: Buffer[] = [];
    for (let piece: unknown = this.#request.read(); Buffer.isBuffer(piece); piece = this.#request.read()) {
      pieces.push(piece);
      this.#kept.push(piece);
    }
    this.complete = true;
    const [only = empty] = pieces;
    return pieces.length > 1 ? (this.#kept.bytes() ?? Buffer.concat(pieces)) : only;
  }

  /** The body as it arrives, from its first byte on. */
  stream(): Readable {
    if (this.#feed !== null) return this.#feed;
    this.#listen();
    return this.#start([]);
  }

  /** Keeps the body back until it is complete or can no longer be kept, then calls `ready` once. */
  hold(ready: () => void): void {
    this.#held = ready;
    this.#listen();
  }

  #start(before: readonly Buffer[]): Readable {
    const request = this.#request;
    const feed = new Readable({ read: () => void request.resume() });
    // Whoever reads it may end it early; the rest of the body is taken in all the same.
    feed.on("error", () => request.resume());
    feed.on("close", () => request.resume());
    for (const piece of before) feed.push(piece);
    this.#feed = feed;
    return feed;
  }

  #listen(): void {
    this.#request.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#request.on("end", () => {
      this.complete = true;
      this.#feed?.push(null);
      this.#release();
      this.#completed();
    });
  }

  #take(chunk: Buffer): void {
    const letGo = this.#kept.push(chunk);
    if (this.#held !== null && this.#kept.notKept !== null) {
      this.#start(letGo ?? []);
      this.#release();
    }
    const feed = this.#feed;
    if (feed === null || feed.destroyed) return;
    if (!feed.push(chunk)) this.#request.pause();
  }

  #release(): void {
    const ready = this.#held;
    this.#held = null;
    ready?.();
  }
}
