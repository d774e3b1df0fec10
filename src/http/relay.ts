import { STATUS_CODES, type ServerResponse } from "node:http";
import type { CallSink, Flow } from "./call.ts";
import type { CallError } from "./failure.ts";
import { endToEnd, headerValue, type RawHeaders } from "./headers.ts";
import { pairs } from "./plain.ts";
import { afterPoll } from "./turn.ts";

/** Up to here a body goes out in one string with the head, which Node writes at less cost than two pieces. */
const maxJoinedBytes = 8_192;

/** What a relay tells beside relaying. None may throw. */
export interface RelayEvents {
  /** Before the head of the answer goes on. */
  starting?(): void;
  requestSent?(): void;
  started?(status: number, headers: RawHeaders): void;
  data?(chunk: Buffer): void;
  /** The other side's last byte has come. */
  ended?(): void;
  /** No complete answer. `started`: some of it has gone to the client, whose connection is broken off. */
  failed(error: CallError, started: boolean): void;
}

/**
 * Passes an answer on to a client as it arrives: status, reason, fields and bytes as they came, hop-by-hop fields apart
 * (RFC 9110 section 7.6.1). A slow client holds the sender back. A broken answer breaks the client's connection, so that
 * nobody takes half an answer for a whole one.
 */
export class Relay implements CallSink {
  readonly #response: ServerResponse;
  readonly #events: RelayEvents;
  #flow: Flow | null = null;
  /** Bytes still to come by the answer's content-length; NaN without one. */
  #left = Number.NaN;
  /** The last piece, kept until the answer's end, which follows at once: both then go out in one call. */
  #last: Buffer | null = null;
  #moved = false;

  constructor(response: ServerResponse, events: RelayEvents) {
    this.#response = response;
    this.#events = events;
  }

  requestSent(): void {
    this.#events.requestSent?.();
  }

  /** 1xx go on ahead of the answer (RFC 9110 section 15.2); 101 cannot come here, upgrades are tunnelled. */
  informational(status: number, headers: RawHeaders): void {
    const { socket, headersSent, req } = this.#response;
    if (status === 101 || socket === null || headersSent || req.httpVersion === "1.0") return;
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
    socket.write(`${head}\r\n`, "latin1");
  }

  start(status: number, reason: string, headers: RawHeaders, flow: Flow): void {
    this.#flow = flow;
    this.#left = Number(headerValue(headers, "content-length") ?? Number.NaN);
    this.#events.starting?.();
    this.#response.sendDate = false;
    this.#response.writeHead(status, reason, endToEnd(headers));
    this.#events.started?.(status, headers);
    // Node keeps the head back for the first piece of the body; where that does not come with it, the head goes alone.
    afterPoll(() => {
      if (!this.#moved && !this.#response.writableEnded && !this.#response.destroyed) this.#response.flushHeaders();
    });
  }

  data(chunk: Buffer): void {
    this.#moved = true;
    this.#events.data?.(chunk);
    this.#left -= chunk.length;
    if (this.#left === 0) {
      this.#last = chunk;
      return;
    }
    if (this.#response.write(chunk)) return;
    this.#flow?.pause();
    this.#response.once("drain", () => this.#flow?.resume());
  }

  end(trailers: RawHeaders): void {
    if (trailers.length > 0) this.#response.addTrailers(pairs(trailers));
    this.#events.ended?.();
    const last = this.#last;
    if (last === null) this.#response.end();
    else if (last.length > maxJoinedBytes) this.#response.end(last);
    else this.#response.end(last.toString("latin1"), "latin1");
  }

  failed(error: CallError): void {
    const started = this.#response.headersSent;
    if (started) this.#response.destroy();
    this.#events.failed(error, started);
  }
}
