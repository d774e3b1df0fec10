import type { Counter, Tally } from "../../../account/index.ts";
import { conclude, type TwinNoise } from "../../../compare/index.ts";
import { startsDrift, type Drift, type Following, type Settled } from "../../../mirror/index.ts";
import type { Divergence } from "../../../model/index.ts";
import { divergencesOf } from "./closing.ts";

export interface ConcludingDeps {
  readonly tally: Tally;
  readonly drift: Drift;
  readonly twinNoise: Pick<TwinNoise, "saw" | "has">;
  /** Signatures that people have marked as expected. */
  readonly expected: Pick<ReadonlySet<string>, "has">;
}

/** A delivery whose items end. */
export interface Ended {
  readonly route: string;
  readonly shopperOf: (item: number) => string | null;
  readonly kindOf: (item: number) => string;
  /** By item, how the twin differs from legacy; null: it says nothing of it. */
  readonly twin: readonly (readonly Divergence[] | null)[];
}

export function itemsOf({ delivery, judgement }: Pick<Following, "delivery" | "judgement">): Omit<Ended, "twin"> {
  return {
    route: delivery.route.name,
    shopperOf: (item) => judgement?.items[item]?.item.shopper ?? null,
    kindOf: (item) => judgement?.items[item]?.item.kind ?? "request",
  };
}

/** How the items of a delivery end, by what was known before; every item comes by here, once. */
export type Conclude = (of: Ended, settled: readonly Settled[]) => readonly Settled[];

export function createConcluding({ tally, drift, twinNoise, expected }: ConcludingDeps): Conclude {
  const hidden = new Map<string, Counter>();
  const count = (rule: string): void => {
    let counter = hidden.get(rule);
    if (counter === undefined) {
      counter = tally.counter("sombra_rule_hidden_total", { rule });
      hidden.set(rule, counter);
    }
    counter.add();
  };
  /** What the twin shows of an item counts for the item itself. */
  const learn = (found: readonly Divergence[], twin: readonly Divergence[]): void =>
    twinNoise.saw(signaturesOf(found), signaturesOf(twin));
  return ({ route, shopperOf, kindOf, twin }, settled) =>
    settled.map((before, i) => {
      const ofTwin = twin[i] ?? null;
      if (ofTwin !== null && before.state.state === "compared") {
        learn(divergencesOf(before.verdict), ofTwin);
        tally.counter("sombra_items_twinned_total", { route, item_kind: kindOf(i) }).add();
      }
      const shopper = shopperOf(i);
      const conversation = shopper === null ? null : { route, shopper };
      const downstream = conversation !== null && drift.met(conversation);
      const ended = conclude(before, { twinNoise, downstream, expected });
      if (conversation !== null && divergencesOf(ended.verdict).some(startsDrift)) drift.drifted(conversation);
      for (const { noise } of divergencesOf(ended.verdict)) if (noise?.by === "rule") count(noise.rule);
      return withTwin(ended, { before, ofTwin, expected });
    });
}

/** With what the twin shows of an item by itself: what it makes noise of divergences counts for the candidate here. */
function withTwin(
  ended: Settled,
  {
    before,
    ofTwin,
    expected,
  }: Pick<ConcludingDeps, "expected"> & { readonly before: Settled; readonly ofTwin: readonly Divergence[] | null },
): Settled {
  if (ofTwin === null || before.state.state !== "compared") return ended;
  const differs = (found: readonly Divergence[]): boolean => [...signaturesOf(found)].some((one) => !expected.has(one));
  return { ...ended, differed: { candidate: differs(divergencesOf(before.verdict)), twin: differs(ofTwin) } };
}

/** Of what counts: the rest is explained otherwise. */
function signaturesOf(found: readonly Divergence[]): ReadonlySet<string> {
  return new Set(found.flatMap(({ severity, signature }) => (severity === "noise" ? [] : [signature])));
}
