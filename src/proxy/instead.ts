import { randomHex, type Part } from "../model/index.ts";
import type { AnsweringDeps } from "./asking.ts";
import type { AskedSide, Delivery, Errand } from "./delivery.ts";

/** What legacy would be asked in the candidate's place. */
export interface InsteadOf {
  readonly delivery: Delivery;
  /** Whole. */
  readonly body: Buffer;
  readonly errands: readonly Errand[];
  /** The items the delivery has. */
  readonly of: number;
}

/** Bodies up to here are cut in place. */
const inPlaceBytes = 32_768;

/** The same items for legacy, signed for it. null: the route wants no fallback, or they cannot be cut out. */
export function insteadOf(deps: AnsweringDeps, instead: InsteadOf): Errand | null | Promise<Errand | null> {
  const { delivery, body, errands, of } = instead;
  const [one] = errands;
  if (one === undefined || delivery.route.fallback === "never") return null;
  const items = errands.flatMap((errand) => errand.items).toSorted((a, b) => a - b);
  const errand: Errand = { ...one, side: "legacy", items, body: null, headers: null };
  if (items.length === of) return errand;
  const wanted = { items, side: "legacy" } as const;
  const cut = (part: Part | null): Errand | null => {
    if (part === null) return null;
    const { buffer, byteOffset, byteLength } = part.body;
    return { ...errand, body: Buffer.from(buffer, byteOffset, byteLength), headers: part.headers };
  };
  if (body.length <= inPlaceBytes) return cut(delivery.route.profile.part(delivery.head, body, wanted));
  return deps.cutElsewhere(delivery, body, wanted).then(cut, (error: unknown) => {
    deps.fault("cut", error);
    return null;
  });
}

/** The breaker stood open: the candidate was not called. */
export function notAsked(errand: Errand, atMs: number): AskedSide {
  const outcome = { kind: "failed", failure: "breaker-open", latencyMs: 0, waitedMs: 0 } as const;
  return { side: "candidate", errand, spanId: randomHex(8), startMs: atMs, endMs: atMs, outcome };
}
