import { AnswerReader, type AnswerEvents } from "./answer-reader.ts";
import type { Call, CallRequest, CallSink, Flow } from "./call.ts";
import { CallError } from "./failure.ts";
import type { RawHeaders } from "./headers.ts";

/** What a lean call sends: a body that is there as a whole. */
export interface LeanRequest extends CallRequest {
  readonly body: Buffer | null;
}

/** The connection of a call that is under way. */
export interface CallsConnection extends Flow {
  /** The call is over and leaves nothing on it; null: it stays open as long as we like. */
  free(keepMs: number | null): void;
  drop(): void;
}

/** One call on its connection. Reports to its sink until it is over, and then never again. */
export class LeanCall implements Call, Flow, AnswerEvents {
  readonly request: LeanRequest;
  readonly #sink: CallSink;
  readonly #reader: AnswerReader;
  connection: CallsConnection | null = null;
  /** The request has begun to go out. */
  began = false;
  #over = false;
  #trailers: RawHeaders = [];

  get over(): boolean {
    return this.#over;
  }

  constructor(sink: CallSink, request: LeanRequest, maxHeaderBytes: number) {
    this.#sink = sink;
    this.request = request;
    this.#reader = new AnswerReader({ method: request.method, maxHeaderBytes }, this);
  }

  abort(error: CallError): void {
    this.fail(error);
  }

  pause(): void {
    if (!this.#over) this.connection?.pause();
  }

  resume(): void {
    if (!this.#over) this.connection?.resume();
  }

  sent(): void {
    if (!this.#over) this.#sink.requestSent?.();
  }

  take(chunk: Buffer): void {
    try {
      this.#reader.take(chunk);
    } catch (error) {
      return this.fail(error instanceof CallError ? error : new CallError("bad-answer", true, error));
    }
    if (this.#reader.over) this.#end();
  }

  /** The other side sends no more: what it has not answered by then it never will. */
  closed(): void {
    this.#reader.closed();
    if (this.#reader.over) this.#end();
    else this.fail(new CallError("reset", this.began));
  }

  informational(status: number, headers: RawHeaders): void {
    if (!this.#over) this.#sink.informational?.(status, headers);
  }

  start(status: number, reason: string, headers: RawHeaders): void {
    if (!this.#over) this.#sink.start(status, reason, headers, this);
  }

  data(chunk: Buffer): void {
    if (!this.#over) this.#sink.data(chunk);
  }

  end(trailers: RawHeaders): void {
    this.#trailers = trailers;
  }

  fail(error: unknown): void {
    const { connection } = this;
    this.connection = null;
    connection?.drop();
    if (this.#over) return;
    this.#over = true;
    this.#sink.failed(CallError.from(error, this.began));
  }

  /** The connection is free before anybody is told: who is told may call again at once. */
  #end(): void {
    const { connection } = this;
    this.connection = null;
    connection?.free(this.#reader.keepMs);
    if (this.#over) return;
    try {
      this.#sink.end(this.#trailers);
      this.#over = true;
    } catch (error) {
      this.fail(new CallError("bad-answer", true, error));
    }
  }
}
