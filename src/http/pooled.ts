import { STATUS_CODES } from "node:http";
import { buildConnector, Pool, type Dispatcher } from "undici";
import type { Call, CallRequest, CallSink, Flow } from "./call.ts";
import { CallError } from "./failure.ts";
import type { RawHeaders } from "./headers.ts";
import type { PlainOptions } from "./plain.ts";

export interface PoolOptions extends PlainOptions {
  /** Connections at most; null: as many as there are calls. */
  readonly connections: number | null;
  /**
   * Idle connections are reused for this long at most, or the server's hint less one second where that is shorter. 0: none is,
   * and every call goes plainly.
   */
  readonly keepAliveMs: number;
}

/** The same for every request: undici opens a new connection whenever it changes. */
const anyServername = "upstream.invalid";

/** `servername`: whose certificate is asked for, whatever `host` a request carries; null: an IP address, which has no name. */
export function createPool(origin: string, servername: string | null, options: PoolOptions): Pool {
  const connect = buildConnector({ timeout: options.connectTimeoutMs, allowH2: false });
  return new Pool(origin, {
    connections: options.connections,
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: Math.max(1, options.keepAliveMs),
    keepAliveMaxTimeout: Math.max(1, options.keepAliveMs),
    keepAliveTimeoutThreshold: 1000,
    // Time limits are the caller's: undici's own would end a call that the client still waits for.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (to, done) => connect({ ...to, servername: servername ?? "" }, done),
    maxHeaderSize: options.maxHeaderBytes,
  });
}

/** One call through undici's pool, as a dispatch handler: raw header pairs both ways, no Request or Response objects. */
export class PooledCall implements Dispatcher.DispatchHandler, Call, Flow {
  readonly #sink: CallSink;
  #controller: Dispatcher.DispatchController | null = null;
  #aborted: CallError | null = null;
  #over = false;
  /** The request has begun to go out on a connection. */
  #began = false;

  constructor(sink: CallSink) {
    this.#sink = sink;
  }

  dispatch(pool: Pool, request: CallRequest): void {
    const { method, target: path, headers, body } = request;
    try {
      const options = { method, path, headers, body, servername: anyServername };
      pool.dispatch(options, this);
    } catch (error) {
      this.#fail(error);
    }
  }

  abort(error: CallError): void {
    if (this.#over) return;
    this.#aborted ??= error;
    if (this.#controller === null) this.#fail(error);
    else this.#controller.abort(error);
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted !== null) {
      controller.abort(this.#aborted);
      return;
    }
    this.#began = true;
  }

  onRequestSent(): void {
    if (!this.#over) this.#sink.requestSent?.();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _: unknown, reason?: string): void {
    if (this.#over) return;
    const headers = latin1(controller.rawHeaders);
    if (status < 200) this.#sink.informational?.(status, headers);
    else this.#guarded(() => this.#sink.start(status, reasonOf(status, reason), headers, this));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#over) this.#sink.data(chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#over) return;
    if (this.#guarded(() => this.#sink.end(latin1(controller.rawTrailers)))) this.#over = true;
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#aborted ?? error);
  }

  #guarded(step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      this.abort(new CallError("bad-answer", true, error));
      return false;
    }
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink.failed(CallError.from(error, this.#began));
  }
}

/**
 * undici reads the reason phrase as UTF-8. Given back as the bytes it was where it was that; where it was not, they are lost and
 * the standard phrase stands in.
 */
function reasonOf(status: number, text = ""): string {
  if (text === STATUS_CODES[status]) return text;
  if (text.includes("\uFFFD")) return STATUS_CODES[status] ?? "";
  return Buffer.from(text, "utf8").toString("latin1");
}

function latin1(raw: Dispatcher.DispatchController["rawHeaders"]): RawHeaders {
  const out: string[] = [];
  if (!Array.isArray(raw)) return out;
  for (const part of raw) out.push(typeof part === "string" ? part : part.toString("latin1"));
  return out;
}
