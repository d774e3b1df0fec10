import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import { CallError, endToEnd, type Budget, type Call, type Kept, type RawHeaders } from "../http/index.ts";
import type { Clock } from "../lib/clock.ts";
import {
  randomHex,
  type Answer,
  type Failure,
  type Outcome,
  type Part,
  type PartOf,
  type Route,
} from "../model/index.ts";
import type { AskedSide, Delivery, Errand, Judge, Judgement, Watch } from "./delivery.ts";
import type { Lane } from "./lane.ts";

export interface AnsweringDeps {
  readonly judge: Judge;
  /** In doubt legacy answers, and nothing is mirrored. */
  readonly undecided: Judgement;
  /** Keeps it for a redelivery that these items of a delivery got a 200 which does not reach the provider. Never rejects. */
  readonly recordAnswered: (route: Route, ids: readonly (string | null)[]) => Promise<void>;
  /** A delivery goes to legacy without having been judged, though its answer waited for that. */
  readonly unjudged: (route: Route) => void;
  /** Cuts out some items of a large delivery off this thread. */
  readonly cutElsewhere: (delivery: Delivery, body: Buffer, of: PartOf) => Promise<Part | null>;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly fault: (operation: string, error: unknown) => void;
}

export interface Connection {
  readonly lane: Lane;
  readonly delivery: Delivery;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly watch: Watch;
  /** No more requests are wanted on this connection. */
  readonly closing: () => boolean;
}

/** Everybody said 200, to this or an earlier delivery of the same items. */
export function accept(response: ServerResponse): void {
  response.writeHead(200, { "content-length": 0 });
  response.end();
}

/** An answer that was kept whole, given back. */
export function giveBack(response: ServerResponse, { status, rawHeaders, body }: Answer): void {
  // Without its body the status is what the provider reads.
  const fields = endToEnd(rawHeaders).filter((_, i, all) => all[i - (i % 2)]?.toLowerCase() !== "content-length");
  response.sendDate = false;
  response.writeHead(status, [...fields, "content-length", String(body?.length ?? 0)]);
  response.end(body ?? undefined);
}

/** Whom to ask, and with what. */
export interface AskingOf {
  readonly side: "legacy" | "candidate";
  readonly errand: Errand | null;
  readonly startMs: number;
  readonly kept: Kept | null;
}

/** A side being asked for the answer. */
export class Asking {
  readonly of: AskingOf;
  readonly spanId = randomHex(8);
  call: Call | null = null;
  sentMs = 0;
  status = 0;
  headers: RawHeaders = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(of: AskingOf) {
    this.of = of;
  }

  /** Its time, where it has a limit: from its last request byte, or from the start where nothing is waited for. */
  limit(timeoutMs: number): void {
    if (this.of.side === "candidate" || timeoutMs === 0 || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.call?.abort(new CallError("timeout", true)), timeoutMs);
  }

  answered(endMs: number): AskedSide {
    const { status, headers, sentMs } = this;
    const { kept, startMs } = this.of;
    const latencyMs = Math.max(0, endMs - Math.max(sentMs, startMs));
    const answer = { status, rawHeaders: headers, body: kept?.bytes() ?? null, notKept: kept?.notKept ?? null };
    return this.#over({ kind: "answered", answer, latencyMs, waitedMs: 0 }, endMs);
  }

  failed(failure: Failure, endMs: number): AskedSide {
    const latencyMs = endMs - (this.sentMs || this.of.startMs);
    return this.#over({ kind: "failed", failure, latencyMs, waitedMs: 0 }, endMs);
  }

  abandon(): void {
    this.#stop();
    this.call?.abort(new CallError("reset", true));
  }

  #over(outcome: Outcome, endMs: number): AskedSide {
    this.#stop();
    const { side, errand, startMs } = this.of;
    return { side, errand, spanId: this.spanId, startMs, endMs, outcome };
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

/** Never a made-up success: nobody answered. */
export function refuse(response: ServerResponse, status: 502 | 504): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const text = status === 502 ? "Bad Gateway\n" : "Gateway Timeout\n";
  response.writeHead(status, STATUS_CODES[status], { "content-type": "text/plain", "content-length": text.length });
  response.end(text);
}

/** What it gives back, or the error it throws. */
export function attempt<T>(step: () => T): T | Error {
  try {
    return step();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
