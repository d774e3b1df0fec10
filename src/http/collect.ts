import type { Answer } from "../model/index.ts";
import type { CallSink } from "./call.ts";
import type { CallError } from "./failure.ts";
import type { RawHeaders } from "./headers.ts";
import type { Kept } from "./kept.ts";

export interface CollectEvents {
  requestSent(): void;
  ended(answer: Answer): void;
  failed(error: CallError): void;
}

/** Takes an answer in whole, keeping its body up to a limit; what is beyond is read and let go. */
export class Collect implements CallSink {
  readonly #kept: Kept;
  readonly #events: CollectEvents;
  #status = 0;
  #headers: RawHeaders = [];

  constructor(kept: Kept, events: CollectEvents) {
    this.#kept = kept;
    this.#events = events;
  }

  requestSent(): void {
    this.#events.requestSent();
  }

  start(status: number, _reason: string, headers: RawHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  data(chunk: Buffer): void {
    this.#kept.push(chunk);
  }

  end(): void {
    const kept = this.#kept;
    this.#events.ended({
      status: this.#status,
      rawHeaders: this.#headers,
      body: kept.bytes(),
      notKept: kept.notKept,
    });
  }

  failed(error: CallError): void {
    this.#events.failed(error);
  }
}
