import { towardsLegacy, towardsShadow } from "../http/index.ts";
import type { Side, Upstream } from "../model/index.ts";
import type { Delivery, Errand } from "./delivery.ts";
import { traceparent } from "./trace.ts";

/** The fields by which Sombra tells a side what it is being asked (SPEC 7). */
function told(delivery: Delivery, { errand, side, held }: ToldSide): string[] {
  const fields = ["x-sombra-exchange", delivery.exchange, "x-sombra-side", side];
  if (errand === null) return fields;
  fields.push("x-sombra-mode", errand.mode);
  if (held) fields.push("x-sombra-shadow", "true");
  const flags = errand.flags.map(({ flag, value }) => `${flag}=${value ? "on" : "off"}`);
  fields.push("x-sombra-flags", `v=${delivery.snapshot.version};${flags.join(",")}`);
  return fields;
}

/** Whom a call goes to. */
export interface ToldSide {
  /** null: nothing was decided. */
  readonly errand: Errand | null;
  readonly side: Side;
  /** What it sends reaches nobody: another side's answer counts. */
  readonly held: boolean;
  readonly upstream: Upstream;
  readonly spanId: string;
}

/** Everything the candidate or the twin gets above the body. */
function shadowFields(delivery: Delivery, call: ToldSide): string[] {
  const host = delivery.route.preserveHost ? null : call.upstream.url.host;
  const own = [...told(delivery, call), "traceparent", traceparent(delivery.trace, call.spanId)];
  return towardsShadow(call.errand?.headers ?? delivery.head.rawHeaders, host, own);
}

/** Everything a side gets above the body. */
export function fieldsFor(delivery: Delivery, call: ToldSide): string[] {
  if (call.side !== "legacy") return shadowFields(delivery, call);
  const parent = traceparent(delivery.trace, call.spanId);
  const received = call.errand?.headers ?? delivery.head.rawHeaders;
  if (!delivery.route.legacyHeaders) return towardsLegacy(received, parent);
  return towardsShadow(received, null, [...told(delivery, call), "traceparent", parent]);
}
