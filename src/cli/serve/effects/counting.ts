import type { Tally } from "../../../account/index.ts";
import type { DeclaredEffect, RecordedCall } from "../../../effects/index.ts";
import type { Fate, Found } from "../../../exchanges/index.ts";
import type { Effect, Side } from "../../../model/index.ts";
import { remembered } from "../../../lib/remembered.ts";

/** A call at the egress, in words that are labels. */
type Counted = Pick<Effect, "kind" | "disposition"> & { readonly side: Side | "none" };

/** Kinds of calls whose counts are at hand. */
const maxKinds = 1_000;

/** Counts every call at the egress, once; of all sides by the same words. */
export function createEffectCount(tally: Tally): (effect: Counted) => void {
  const bySide = remembered((side: Counted["side"]) =>
    remembered(
      (kind: string) =>
        remembered((disposition: Effect["disposition"]) =>
          tally.counter("sombra_effects_total", { side, kind, disposition }),
        ),
      maxKinds,
    ),
  );
  return ({ side, kind, disposition }) => bySide(side)(kind)(disposition).add();
}

/** Counts what became of each effect, by side. */
export function createFateCount(tally: Tally): (side: Side, fate: Fate) => void {
  const bySide = remembered((side: Side) =>
    remembered((fate: Fate) => tally.counter("sombra_effects_attributed_total", { side, fate })),
  );
  return (side, fate) => bySide(side)(fate).add();
}

/** Legacy's, while exchanges are compared. What it writes for deliveries that it alone got says nothing of others. */
export function countWrite(
  tally: Tally,
  { side, upstream }: Pick<RecordedCall, "side" | "upstream">,
  found: Found,
): void {
  if (side !== "legacy" || found.kind === "alone") return;
  const tied = String("by" in found && found.by !== "recipient");
  tally.counter("sombra_legacy_writes_total", { upstream, tied }).add();
}

export function countDeclared(tally: Tally, { side, kind, name }: DeclaredEffect): void {
  if (/assignment/.test(kind)) tally.counter("routing_assignments_count", { side }).add();
  else if (/fail/.test(kind)) tally.counter("canonical_publish_fail_count", { side }).add();
  else tally.counter("canonical_events_published_count", { side, event_type: typeOf(name) }).add();
}

/** An event's type as a label: a word, never data. */
function typeOf(name: string): string {
  return /^[A-Za-z][A-Za-z_.:-]{0,63}$/.test(name) ? name : "other";
}
