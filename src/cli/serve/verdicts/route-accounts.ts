import type { Histogram, Tally } from "../../../account/index.ts";
import { remembered } from "../../../lib/remembered.ts";
import type { Following, ItemEffects, Settled, SidePart } from "../../../mirror/index.ts";
import type { Mode, Outcome, Side } from "../../../model/index.ts";
import type { AnswerReport } from "../../../proxy/index.ts";

/** A delivery with the final states of its items. */
export interface Closed {
  readonly following: Following;
  readonly settled: readonly Settled[];
  readonly effects: readonly ItemEffects[];
  readonly parts: readonly SidePart[];
  readonly mode: Mode;
}

const statusClasses = Array.from({ length: 10 }, (_, i) => `${i}xx`);

function statusOf(outcome: Outcome): string {
  if (outcome.kind === "failed") return outcome.failure;
  return statusClasses[Math.trunc(outcome.answer.status / 100)] ?? "other";
}

/** The handles of one route: counting an item looks up no labels. */
export class RouteAccounts {
  readonly #deliveries;
  readonly #items;
  readonly #compared;
  readonly #answers;
  readonly #flags;
  readonly #fallbacks;
  readonly #twinShed;
  readonly #uncertain;
  readonly #passed;
  readonly #latency;
  readonly #added: Histogram;
  readonly #overhead: Histogram;
  readonly #wait: Histogram;

  constructor(tally: Tally, route: string) {
    this.#deliveries = remembered((mode: Mode) => tally.counter("sombra_deliveries_total", { route, mode }));
    this.#items = remembered((state: string) =>
      remembered((substate: string) => tally.counter("sombra_items_total", { route, state, substate })),
    );
    this.#compared = remembered((kind: string) =>
      tally.counter("sombra_items_compared_total", { route, item_kind: kind }),
    );
    this.#answers = remembered((side: Side) =>
      remembered((status: string) => tally.counter("sombra_answers_total", { route, side, status_class: status })),
    );
    this.#flags = remembered((flag: string) =>
      remembered((reason: string) => ({
        on: tally.counter("sombra_flag_decisions_total", { flag, reason, value: "true" }),
        off: tally.counter("sombra_flag_decisions_total", { flag, reason, value: "false" }),
      })),
    );
    this.#twinShed = remembered((reason: string) => tally.counter("sombra_twin_shed_total", { route, reason }));
    this.#passed = tally.counter("sombra_passed_total", { route });
    this.#fallbacks = tally.counter("sombra_fallbacks_total", { route });
    this.#uncertain = tally.counter("sombra_order_uncertain_total", { route });
    this.#latency = remembered((side: Side) => tally.histogram("latency_ms", { route, side }));
    this.#added = tally.histogram("sombra_added_latency_ms", { route });
    this.#overhead = tally.histogram("sombra_overhead_ms", { route });
    this.#wait = tally.histogram("sombra_wait_ms", { route });
  }

  count({ following, settled, parts, mode }: Closed): void {
    const { report, judgement } = following;
    this.#deliveries(mode).add();
    for (const [i, { state }] of settled.entries()) {
      this.#items(state.state)(state.substate).add();
      const judged = judgement?.items[i];
      if (state.state === "compared") this.#compared(judged?.item.kind ?? "request").add();
      if (following.orderUncertain(i)) this.#uncertain.add();
      if (judged !== undefined && standsIn(report?.asked ?? [], i)) this.#fallbacks.add();
      for (const { flag, reason, value } of judged?.flags ?? []) {
        const handles = this.#flags(flag)(reason);
        (value ? handles.on : handles.off).add();
      }
    }
    for (const { side, outcome } of parts) this.#outcome(side, outcome);
    for (const reason of following.twins.notMade) this.#twinShed(reason).add();
    if (report !== null && report.overheadMs !== null) this.#overhead.record(report.overheadMs);
    for (const part of parts) {
      const added = addedLatencyMs(part, parts);
      if (added !== null) this.#added.record(added);
    }
  }

  /** Handshakes and the like say nothing of how fast a side handles deliveries. */
  passed({ asked }: AnswerReport): void {
    this.#passed.add();
    for (const { side, outcome } of asked) this.#answers(side)(statusOf(outcome)).add();
  }

  #outcome(side: Side, outcome: Outcome): void {
    this.#answers(side)(statusOf(outcome)).add();
    if (outcome.kind === "answered") this.#latency(side).record(outcome.latencyMs);
    if (side !== "legacy") this.#wait.record(outcome.waitedMs);
  }
}

/**
 * Candidate minus legacy where both ran at the same time, did the same items and did not wait for us (SPEC 8). `part`: the
 * candidate's call.
 */
export function addedLatencyMs({ side, errand, outcome }: SidePart, parts: readonly SidePart[]): number | null {
  if (side !== "candidate" || errand?.mode !== "dual-run") return null;
  const legacy = parts.find((part) => part.side === "legacy");
  if (legacy === undefined || outcome.kind === "failed" || legacy.outcome.kind === "failed") return null;
  if (outcome.waitedMs > 0 || legacy.outcome.waitedMs > 0) return null;
  if (errand.body !== null) return null;
  return outcome.latencyMs - legacy.outcome.latencyMs;
}

/** Legacy answered an item of a cutover in the candidate's place. */
function standsIn(asked: readonly SidePart[], item: number): boolean {
  const about = (wanted: Side) =>
    asked.some(({ side, errand }) => side === wanted && errand?.mode === "cutover" && errand.items.includes(item));
  return about("legacy") && about("candidate");
}
