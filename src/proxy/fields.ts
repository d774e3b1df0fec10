import { towardsLegacy, towardsShadow } from "../http/index.ts";
import type { Side, Upstream } from "../model/index.ts";
import type { Delivery, Judgement } from "./delivery.ts";
import { traceparent } from "./trace.ts";

/** The fields by which Sombra tells a side what it is being asked (SPEC 7); `judgement` null: nothing was decided. */
function told(delivery: Delivery, judgement: Judgement | null, side: Side): string[] {
  const fields = ["x-sombra-exchange", delivery.exchange, "x-sombra-side", side];
  if (judgement === null) return fields;
  fields.push("x-sombra-mode", judgement.mode);
  const held = side !== "legacy" && judgement.mode !== "cutover";
  if (held) fields.push("x-sombra-shadow", "true");
  const flags = judgement.flags.map(({ flag, value }) => `${flag}=${value ? "on" : "off"}`);
  fields.push("x-sombra-flags", `v=${delivery.snapshot.version};${flags.join(",")}`);
  return fields;
}

/** Whom a call goes to. */
export interface ToldSide {
  readonly judgement: Judgement | null;
  readonly side: Side;
  readonly upstream: Upstream;
  readonly spanId: string;
}

/** Everything the candidate or the twin gets above the body. */
export function shadowFields(delivery: Delivery, call: ToldSide): string[] {
  const host = delivery.route.preserveHost ? null : call.upstream.url.host;
  const own = [...told(delivery, call.judgement, call.side), "traceparent", traceparent(delivery.trace, call.spanId)];
  const renewed = call.side === "candidate" ? (call.judgement?.candidateHeaders ?? null) : null;
  return towardsShadow(renewed ?? delivery.head.rawHeaders, host, own);
}

/** Everything the side that answers gets above the body. */
export function fieldsFor(delivery: Delivery, call: ToldSide): string[] {
  if (call.side !== "legacy") return shadowFields(delivery, call);
  const parent = traceparent(delivery.trace, call.spanId);
  if (!delivery.route.legacyHeaders) return towardsLegacy(delivery.head.rawHeaders, parent);
  const own = [...told(delivery, call.judgement, "legacy"), "traceparent", parent];
  return towardsShadow(delivery.head.rawHeaders, null, own);
}
