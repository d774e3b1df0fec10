import type { DeclaredEffect, Effect } from "../model/index.ts";
import { canonical } from "./canonical.ts";
import { nothing } from "./plain-call.ts";

/** Up to four digits: a name with more is an id. */
const plainName = /^(?!(?:\D*\d){5})[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;

/** What a side said it did. Never throws. */
export function declaredEffect(declared: DeclaredEffect): Effect {
  const { side, kind, name, payload, atMs, disposition, traceId, exchange } = declared;
  const known = plainName.test(name);
  const said = canonical(payload);
  return {
    ...nothing,
    side,
    operation: "event",
    kind: `${kind}.${known ? name : "other"}`,
    target: known ? null : name,
    payload: said === undefined ? "too deep" : said,
    succeeded: disposition !== "failed" && disposition !== "refused",
    atMs,
    disposition,
    traceId,
    exchange,
  };
}
