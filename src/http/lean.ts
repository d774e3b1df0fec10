import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Clock } from "../lib/clock.ts";
import type { Call, CallSink, Transport } from "./call.ts";
import { CallError } from "./failure.ts";
import { LeanCall, type CallsConnection, type LeanRequest } from "./lean-call.ts";
import { requestHead } from "./request-head.ts";
import { afterPoll, polled } from "./turn.ts";
import { hostOf, servernameOf } from "./upstream-host.ts";

export interface LeanOptions {
  /** 0: as long as the system's own limit. */
  readonly connectTimeoutMs: number;
  readonly maxHeaderBytes: number;
  /** Idle connections are reused for this long at most, or the server's hint less one second where that is shorter. */
  readonly keepAliveMs: number;
}

/** Up to here a body goes out in one string with the head, which Node writes at less cost than two pieces. */
const maxJoinedBytes = 8_192;

/** A server that closes without a word does so as soon as it has answered: another connection is preferred for so long. */
const restMs = 1;

/** What a poll told is old after so long: a burst of calls, or other work of the thread, may take many times that in one turn. */
const freshMs = 1;

/** So long a connection may be silent before it is asked whether it still stands. */
const probeAfterMs = 60_000;

/** Connections to one origin. */
interface Lean {
  readonly origin: URL;
  readonly options: LeanOptions;
  readonly clock: Clock;
  readonly open: Set<Connection>;
  /** In the order in which they came to rest, save those given back unused. */
  readonly idle: Connection[];
  /** Of TLS: the last one given, so that the next connection begins in one round trip (RFC 8446 section 2.2). */
  session: Buffer | undefined;
  closing: boolean;
  destroyed: boolean;
}

/**
 * Calls of one origin at less than half of what undici takes: whole bodies, no pipelining, a connection for each call that is
 * under way. Takes what undici takes, and more as it came: an unasked `100 Continue`, a reason phrase of any bytes.
 *
 * A connection is used again behind a later poll: what came on it behind its last answer, its end or bytes that nobody asked for,
 * is seen by then, and nobody takes it for an answer (GHSA-35p6-xmwp-9g52). Who calls right behind a poll need not wait for another,
 * save on a connection that has only just answered.
 */
export function createLean(
  origin: URL,
  options: LeanOptions,
  clock: Clock,
): Omit<Transport, "call"> & { call(request: LeanRequest, sink: CallSink): Call } {
  const lean: Lean = {
    origin,
    options,
    clock,
    open: new Set(),
    idle: [],
    session: undefined,
    closing: false,
    destroyed: false,
  };
  const timer = setInterval(() => dropStale(lean), Math.max(100, options.keepAliveMs)).unref();
  const close = (): void => {
    lean.closing = true;
    clearInterval(timer);
    for (const connection of lean.idle.splice(0)) connection.drop();
  };
  return {
    call(request, sink) {
      const call = new LeanCall(sink, request, options.maxHeaderBytes);
      const nowMs = clock();
      const idle = idleOne(lean, nowMs);
      if (idle === null) new Connection(lean).begin(call);
      else if (idle.isKnownToStand(nowMs)) idle.begin(call);
      else afterPoll(() => useAgain(lean, idle, call));
      return call;
    },
    close() {
      close();
      return Promise.resolve();
    },
    destroy() {
      lean.destroyed = true;
      close();
      for (const connection of lean.open) connection.destroy();
      return Promise.resolve();
    },
  };
}

/** The one used last of those that came to rest a while ago; where there is none, the one that came to rest first. */
function idleOne({ idle }: Lean, nowMs: number): Connection | null {
  for (let first = idle[0]; first !== undefined && first.untilMs <= nowMs; first = idle[0]) first.drop();
  let at = idle.length - 1;
  while (at > 0 && idle[at]?.isRested(nowMs) !== true) at -= 1;
  return idle.splice(at, 1)[0] ?? null;
}

/** `idle` was left aside for a turn. */
function useAgain(lean: Lean, idle: Connection, call: LeanCall): void {
  const stands = lean.open.has(idle);
  if (call.over && stands) idle.giveBack();
  else if (lean.destroyed) call.fail(new CallError("reset", false));
  else if (!call.over) (stands ? idle : new Connection(lean)).begin(call);
}

function dropStale({ idle, clock }: Lean): void {
  const nowMs = clock();
  for (const connection of idle.filter(({ untilMs }) => untilMs <= nowMs)) connection.drop();
}

function open(lean: Lean): Socket {
  const { origin, session } = lean;
  const host = hostOf(origin);
  const socket =
    origin.protocol === "https:"
      ? connectTls({
          host,
          port: Number(origin.port || 443),
          servername: servernameOf(origin) ?? "",
          ALPNProtocols: ["http/1.1"],
          session,
        })
      : connect({ host, port: Number(origin.port || 80) });
  socket.on("session", (given: Buffer) => (lean.session = given));
  return socket.setNoDelay(true).setKeepAlive(true, probeAfterMs);
}

class Connection implements CallsConnection {
  readonly #lean: Lean;
  readonly #socket: Socket;
  #connected = false;
  #call: LeanCall | null = null;
  /** The turn in which it came to rest. */
  #restsSince = 0;
  /** When it has rested. */
  #restedMs = 0;
  /** Until when it may be used again, while it is idle. */
  untilMs = 0;

  constructor(lean: Lean) {
    const { origin, options } = lean;
    this.#lean = lean;
    lean.open.add(this);
    const socket = open(lean);
    this.#socket = socket;
    const late = (): void => void socket.destroy(new CallError("timeout", false));
    const limit = options.connectTimeoutMs > 0 ? setTimeout(late, options.connectTimeoutMs) : null;
    socket.once(origin.protocol === "https:" ? "secureConnect" : "connect", () => {
      if (limit !== null) clearTimeout(limit);
      this.#connected = true;
      this.#send();
    });
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("end", () => {
      if (this.#call === null) this.drop();
      else this.#call.closed();
    });
    socket.on("error", (error) => {
      // Its `close` comes only after who calls next may have taken it.
      if (this.#call === null) this.drop();
      else this.#call.fail(error);
    });
    socket.once("close", () => {
      if (limit !== null) clearTimeout(limit);
      this.#gone();
    });
  }

  begin(call: LeanCall): void {
    this.#call = call;
    call.connection = this;
    if (this.#connected) this.#send();
  }

  /** A call is over that leaves nothing on the connection; null: it stays open as long as we like. */
  free(keepMs: number | null): void {
    const { options } = this.#lean;
    this.#call = null;
    const forMs = Math.min(options.keepAliveMs, keepMs === null ? Infinity : keepMs - 1_000);
    if (forMs <= 0) return this.drop();
    if (this.#socket.isPaused()) this.#socket.resume();
    // Not in this turn: its end may stand right behind the answer.
    const rest = (): void => afterPoll(() => this.#rest(forMs));
    if (this.#socket.writableLength === 0) return rest();
    // Who answered early may read on: the next request stands behind what is still to be sent.
    this.#socket.write("", rest);
  }

  #rest(forMs: number): void {
    const nowMs = this.#lean.clock();
    this.#restsSince = polled()?.number ?? Infinity;
    this.#restedMs = nowMs + restMs;
    this.untilMs = nowMs + forMs;
    this.giveBack();
  }

  /** It came to rest a while ago, and may still be used. */
  isRested(nowMs: number): boolean {
    return nowMs >= this.#restedMs && nowMs < this.untilMs;
  }

  /** It is rested, and a poll has told only just now that nothing had come on it. */
  isKnownToStand(nowMs: number): boolean {
    const turn = polled();
    const isFresh = turn !== null && turn.number > this.#restsSince && nowMs - turn.sinceMs < freshMs;
    return isFresh && this.isRested(nowMs);
  }

  /** Nobody uses it now. */
  giveBack(): void {
    const { idle, closing } = this.#lean;
    if (closing || this.#socket.destroyed) this.drop();
    else idle.push(this);
  }

  /** With the call that is under way. */
  destroy(): void {
    if (this.#call === null) this.drop();
    else this.#call.fail(new CallError("reset", this.#call.began));
  }

  drop(): void {
    this.#call = null;
    this.#socket.destroy();
    this.#forget();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #send(): void {
    const call = this.#call;
    if (call === null) return;
    const { request } = call;
    const head = requestHead(request, this.#lean.origin.host);
    const { body } = request;
    call.began = true;
    if (body === null) this.#socket.write(head, "latin1");
    else if (body.length <= maxJoinedBytes)
      this.#socket.write(head + body.toString("latin1", 0, body.length), "latin1");
    else {
      this.#socket.cork();
      this.#socket.write(head, "latin1");
      this.#socket.write(body);
      this.#socket.uncork();
    }
    call.sent();
  }

  #take(chunk: Buffer): void {
    // Nothing was asked.
    if (this.#call === null) this.drop();
    else this.#call.take(chunk);
  }

  #gone(): void {
    const call = this.#call;
    this.#call = null;
    this.#forget();
    call?.fail(new CallError("reset", call.began));
  }

  #forget(): void {
    const { open, idle } = this.#lean;
    open.delete(this);
    const place = idle.indexOf(this);
    if (place >= 0) idle.splice(place, 1);
  }
}
