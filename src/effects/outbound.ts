import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { afterPoll, headerValue, Intake, type RawHeaders } from "../http/index.ts";
import { randomHex, type Side } from "../model/index.ts";
import type { EgressAddress } from "./address.ts";
import type { ArrivedCall, CallShape, Disposition, HeldAnswer, RecordedCall } from "./call.ts";
import { Counted } from "./counted.ts";
import { keptBytes, type EgressDeps } from "./deps.ts";
import { exchangeOf, traceOf } from "./keys.ts";
import { reply } from "./reply.ts";
import type { Upstream } from "./upstream.ts";

const none: RawHeaders = [];

/** One call of a side: its body coming in, its answer going out, and one record of both when it is over. */
export class Outbound {
  readonly side: Side;
  readonly upstream: Upstream;
  readonly method: string;
  readonly target: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What it is tied to; null: nothing known. */
  exchange: string | null;
  readonly #deps: EgressDeps;
  readonly #startMs: number;
  readonly #body: Counted;
  readonly #intake: Intake;
  readonly #whole: Buffer | null;
  #answer: Counted | null = null;
  #status: number | null = null;
  #answerHeaders: RawHeaders = none;
  #over = false;
  #complete: (() => void) | null = null;

  constructor(deps: EgressDeps, upstream: Upstream, call: Addressed) {
    const { request, response, address } = call;
    this.#deps = deps;
    this.#startMs = deps.clock();
    this.side = address.side;
    this.upstream = upstream;
    this.method = request.method ?? "GET";
    this.target = address.target;
    this.request = request;
    this.response = response;
    this.exchange = exchangeOf(request.rawHeaders);
    const length = lengthOf(request.rawHeaders);
    this.#body = new Counted(keptBytes, deps.budget, length);
    if (length === null || length > keptBytes) {
      this.#body.digesting = deps.digest(headerValue(request.rawHeaders, "content-type"));
    }
    this.#intake = new Intake(request, this.#body, () => this.#complete?.());
    this.#whole = this.#intake.already();
    // Whoever sends a call on ends it; of a caller who leaves before that nothing is to be kept.
    response.once("close", () => {
      if (!response.writableFinished) this.gone();
    });
  }

  /** The caller left before its answer. Replaced by whoever has sent the call on. */
  gone: () => void = () => this.end("failed");

  get over(): boolean {
    return this.#over;
  }

  /** Everything of the body when it is in, as far as it is kept; null at once for what is decided by its head. */
  readable(ready: (body: Buffer | null) => void): void {
    if (this.#whole !== null) ready(this.#whole);
    else if (decidedByHead(this.request.rawHeaders)) ready(null);
    else this.#intake.hold(() => ready(this.#intake.complete ? this.#body.bytes() : null));
  }

  /** When the last byte of the body is in. What is not kept of it is let go. */
  whole(ready: () => void): void {
    if (this.#intake.complete) return ready();
    this.#complete = ready;
    this.#intake.stream().resume();
  }

  /** Bytes of the body that have come. */
  get received(): number {
    return this.#body.bytesSeen;
  }

  /** Whether its caller has more of the body to give, and nobody holds it back. */
  get awaited(): boolean {
    return !this.#intake.complete && !this.request.isPaused();
  }

  /** The body as it is to go on. */
  get onward(): Buffer | Readable | null {
    const body = this.#whole ?? (this.#intake.complete ? this.#body.bytes() : null);
    if (body === null) return this.#intake.stream();
    return body.length === 0 ? null : body;
  }

  get arrived(): ArrivedCall {
    const { side, method, target } = this;
    const body = this.#whole ?? (this.#intake.complete ? this.#body.bytes() : null);
    return { side, upstream: this.upstream.name, method, target, rawHeaders: this.request.rawHeaders, body };
  }

  get shape(): CallShape {
    const body = this.#whole ?? this.#body.bytes() ?? Buffer.alloc(0);
    return { method: this.method, path: this.target, contentType: this.request.headers["content-type"], body };
  }

  /** The address of this side, as its caller wrote it. */
  get sideUrl(): string {
    return `http://${this.request.headers.host ?? "localhost"}/${this.side}`;
  }

  answerStarts(status: number, headers: RawHeaders): void {
    this.#status = status;
    this.#answerHeaders = headers;
    this.#answer = new Counted(keptBytes, this.#deps.budget, lengthOf(headers));
  }

  answerComes(chunk: Buffer): void {
    this.#answer?.push(chunk);
  }

  /** Answers it here, once its body is in. */
  answer(answer: HeldAnswer, disposition: Disposition): void {
    this.whole(() => {
      if (this.#over) return;
      this.answerStarts(answer.status, answer.headers);
      this.answerComes(answer.body);
      reply(this.response, answer);
      this.end(disposition);
    });
  }

  /** Once: how it ended. The record is handed over when the answer is on its way. */
  end(disposition: Disposition): void {
    if (this.#over) return;
    this.#over = true;
    const record = this.#record(disposition);
    afterPoll(() => {
      try {
        this.#deps.record(record);
      } catch (error) {
        record.release();
        this.#deps.fault("egress-record", error);
      }
    });
  }

  #record(disposition: Disposition): RecordedCall {
    const body = this.#body;
    const answer = this.#answer;
    const { rawHeaders } = this.request;
    return {
      side: this.side,
      upstream: this.upstream.name,
      method: this.method,
      target: this.target,
      contentType: headerValue(rawHeaders, "content-type"),
      body: body.bytes(),
      bodyBytes: body.bytesSeen,
      digest: body.digest(),
      status: this.#status,
      answerHeaders: this.#answerHeaders,
      answer: answer === null ? null : answer.bytes(),
      startMs: this.#startMs,
      endMs: this.#deps.clock(),
      disposition,
      ...traceOf(rawHeaders),
      exchange: this.exchange,
      release() {
        body.release();
        answer?.release();
      },
    };
  }
}

/** A request at an address of the egress. */
export interface Addressed {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: EgressAddress;
}

/** A seed like no other, where nothing says which exchange a call belongs to. */
export const anySeed = (): string => randomHex(16);

function lengthOf(raw: RawHeaders): number | null {
  const length = headerValue(raw, "content-length");
  return length === null ? null : Number(length);
}

/** Files come in forms or as they are: nothing in them says whose they are. */
function decidedByHead(raw: RawHeaders): boolean {
  const type = headerValue(raw, "content-type")?.trimStart().toLowerCase() ?? "";
  return /^(?:multipart\/|image\/|audio\/|video\/|application\/(?:octet-stream|pdf|zip))/.test(type);
}
