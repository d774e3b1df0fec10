import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import type { Budget, Call, Kept, RawHeaders } from "../http/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { Delivery, Judge, Judgement, Watch } from "./delivery.ts";
import type { Lane } from "./lane.ts";

export interface AnsweringDeps {
  readonly judge: Judge;
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

/** In doubt legacy answers, and nothing is mirrored. */
export const undecided: Judgement = {
  identity: { items: [{ id: null, kind: "other", shopper: null }], mixed: false },
  mode: "legacy",
  reason: "fault",
  flags: [],
  skip: "not-comparable",
  candidateHeaders: null,
};

/** A side being asked for the answer. */
export interface Asking {
  readonly side: "legacy" | "candidate";
  readonly spanId: string;
  readonly startMs: number;
  readonly kept: Kept | null;
  call: Call | null;
  timer: NodeJS.Timeout | null;
  sentMs: number;
  status: number;
  headers: RawHeaders;
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
