import type { RawHeaders } from "../http/index.ts";
import type { Side } from "../model/index.ts";
import { exchangeOf, traceOf } from "./keys.ts";

/** What a side says it did, beside its calls. */
export interface DeclaredEffect {
  readonly side: Side;
  /** What it belongs to; null: the side did not say. */
  readonly exchange: string | null;
  /** Of what sort: `canonical_event`, `publish_failure`, `routing_assignment`, or a word of the handler's own. */
  readonly kind: string;
  /** The type of the event, say. */
  readonly name: string;
  /** Any JSON; personal data. null: none. */
  readonly payload: unknown;
  /** Of its `traceparent`. */
  readonly traceId: string | null;
}

type DeclaredFields = Omit<DeclaredEffect, "traceId">;

/** Of a declaration as JSON, all of it. */
export const maxDeclaredBytes = 65_536;
const maxPayloadBytes = 16_384;

const known: ReadonlySet<string> = new Set(["exchange", "side", "kind", "name", "payload"]);
const exchangeForm = /^[\w-]{1,64}$/;
const kindForm = /^[a-z][a-z\d_.-]{0,63}$/i;
const nameForm = /^[!-~](?:[ -~]{0,126}[!-~])?$/;

/** Who declares, as far as it does not stand in the declaration. */
export interface Declarer {
  /** The side that the address names; null: the declaration says which. */
  readonly whose: Side | null;
  /** Of the request: they name the exchange where the declaration does not. */
  readonly rawHeaders: RawHeaders;
}

/** What a declaration says, or in one sentence what is wrong with it; nothing of what it says is shown. */
export function readDeclared(value: unknown, { whose, rawHeaders }: Declarer): DeclaredEffect | string {
  const fields = readFields(value, whose);
  if (typeof fields === "string") return fields;
  return { ...fields, exchange: fields.exchange ?? exchangeOf(rawHeaders), traceId: traceOf(rawHeaders).traceId };
}

function readFields(value: unknown, whose: Side | null): DeclaredFields | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return "A declared effect must be a JSON object: {exchange, kind, name, payload}";
  }
  const given: Readonly<Record<string, unknown>> = { ...value };
  const stray = Object.keys(given).filter((name) => !known.has(name));
  if (stray.length > 0) return `Members must be exchange, kind, name and payload: there are ${stray.length} others`;
  const { exchange = null, side = whose, kind, name, payload = null } = given;
  if (!isSide(side) || (whose !== null && side !== whose)) {
    return `"side" must be ${whose === null ? "legacy, candidate or twin" : "that of the address, or left out"}`;
  }
  if (exchange !== null && !matches(exchange, exchangeForm)) {
    return '"exchange" must be the x-sombra-exchange of a delivery, or left out';
  }
  if (!matches(kind, kindForm)) {
    return '"kind" must be 1 to 64 letters, digits, "_", "." or "-", the first a letter: canonical_event, say';
  }
  if (!matches(name, nameForm)) return '"name" must be 1 to 128 printable ASCII characters';
  if (bytesOf(payload) > maxPayloadBytes) return `"payload" must be at most ${maxPayloadBytes} bytes as JSON`;
  return { side, exchange, kind, name, payload };
}

/** Infinite for what is nested deeper than the stack is. */
function bytesOf(payload: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(payload));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function isSide(value: unknown): value is Side {
  return value === "legacy" || value === "candidate" || value === "twin";
}

function matches(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}
