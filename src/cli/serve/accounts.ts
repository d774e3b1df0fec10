import type { Histogram, Tally } from "../../account/index.ts";
import type { KeyedHash } from "../../compare/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Following, MirrorDeps, Settled, SidePart } from "../../mirror/index.ts";
import type { Divergence, ExchangeRecord, ItemRecord, Mode, Outcome, Side, SideRecord } from "../../model/index.ts";
import type { AnswerReport, Delivery } from "../../proxy/index.ts";

export interface AccountsOptions {
  readonly tally: Tally;
  readonly hash: KeyedHash;
  /** Shopper ids stand in records as they are, not as hashes. */
  readonly plainShoppers: boolean;
  /** Spans are made of records whose trace is sampled. */
  readonly traced: boolean;
  readonly clock: Clock;
}

const maxDivergences = 100;

/** Counts what a delivery came to, and keeps its record where the detail budget allows. */
export function createAccounts(options: AccountsOptions): Pick<MirrorDeps, "settled" | "passed"> {
  const { tally } = options;
  const accountsOf = remembered((route: string) => new RouteAccounts(tally, route));
  const settled: MirrorDeps["settled"] = (following, ended) => {
    const { delivery, judgement } = following;
    const closed = { following, settled: ended, parts: following.parts(), divergences: divergencesOf(ended) };
    accountsOf(delivery.route.name).count(closed);
    if (closed.divergences.length > 0) {
      const itemKind = judgement?.identity.items[0]?.kind ?? "request";
      const subject = { route: delivery.route.name, itemKind, at: delivery.receivedAt };
      for (const divergence of closed.divergences) tally.diverged(delivery.exchange, subject, divergence);
    }
    if (!tally.admits(interestOf(closed, options.traced))) return;
    tally.keep(recordOf(answeredBy(following, options.clock), closed.parts, [itemOf(closed, options)]));
  };
  return {
    settled,
    passed(delivery, report) {
      accountsOf(delivery.route.name).passed(report);
      if (!tally.admits(options.traced && delivery.trace.sampled ? "sampled" : "ordinary")) return;
      tally.keep(recordOf({ delivery, report, doneMs: report.doneMs }, report.asked, []));
    },
  };
}

/** A delivery and its answer; `report` null: given up before there was one. */
interface Answered {
  readonly delivery: Delivery;
  readonly report: AnswerReport | null;
  readonly doneMs: number;
}

function answeredBy({ delivery, report }: Following, clock: Clock): Answered {
  return { delivery, report, doneMs: report?.doneMs ?? clock() };
}

/** A delivery with its item's final state. */
interface Closed {
  readonly following: Following;
  readonly settled: Settled;
  readonly parts: readonly SidePart[];
  readonly divergences: readonly Divergence[];
}

function divergencesOf({ verdict }: Settled): readonly Divergence[] {
  return verdict?.kind === "divergent" || verdict?.kind === "noise" ? verdict.divergences : [];
}

function interestOf({ following, settled, divergences }: Closed, traced: boolean): "sampled" | "notable" | "ordinary" {
  if (traced && following.delivery.trace.sampled) return "sampled";
  return divergences.length > 0 || settled.state.state === "failed" ? "notable" : "ordinary";
}

/** Looks up once per key. */
function remembered<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

const statusClasses = Array.from({ length: 10 }, (_, i) => `${i}xx`);

function statusOf(outcome: Outcome): string {
  if (outcome.kind === "failed") return outcome.failure;
  return statusClasses[Math.trunc(outcome.answer.status / 100)] ?? "other";
}

/** The handles of one route: counting an item looks up no labels. */
class RouteAccounts {
  readonly #deliveries;
  readonly #items;
  readonly #compared;
  readonly #answers;
  readonly #flags;
  readonly #fallbacks;
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
    this.#passed = tally.counter("sombra_passed_total", { route });
    this.#fallbacks = tally.counter("sombra_fallbacks_total", { route });
    this.#latency = remembered((side: Side) => tally.histogram("latency_ms", { route, side }));
    this.#added = tally.histogram("sombra_added_latency_ms", { route });
    this.#overhead = tally.histogram("sombra_overhead_ms", { route });
    this.#wait = tally.histogram("sombra_wait_ms", { route });
  }

  count({ following, settled: { state }, parts }: Closed): void {
    const { report, judgement, mode } = following;
    this.#deliveries(mode).add();
    this.#items(state.state)(state.substate).add();
    if (state.state === "compared") this.#compared(judgement?.identity.items[0]?.kind ?? "request").add();
    if (mode === "cutover" && report?.answeredBy === "legacy") this.#fallbacks.add();
    for (const { side, outcome } of parts) this.#outcome(side, outcome);
    if (judgement !== null) {
      for (const { flag, reason, value } of judgement.flags) {
        const handles = this.#flags(flag)(reason);
        (value ? handles.on : handles.off).add();
      }
    }
    if (report !== null && report.overheadMs !== null) this.#overhead.record(report.overheadMs);
    const added = addedLatencyMs(mode, parts);
    if (added !== null) this.#added.record(added);
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

/** Candidate minus legacy where both ran at the same time and neither waited for us (SPEC 8). */
function addedLatencyMs(mode: Mode, parts: readonly SidePart[]): number | null {
  if (mode !== "dual-run") return null;
  let legacyMs: number | null = null;
  let candidateMs: number | null = null;
  for (const { side, outcome } of parts) {
    if (outcome.kind === "failed" || outcome.waitedMs > 0) return null;
    if (side === "legacy") legacyMs = outcome.latencyMs;
    if (side === "candidate") candidateMs = outcome.latencyMs;
  }
  return legacyMs === null || candidateMs === null ? null : candidateMs - legacyMs;
}

function recordOf(
  { delivery, report, doneMs }: Answered,
  parts: readonly SidePart[],
  items: readonly ItemRecord[],
): ExchangeRecord {
  const sides: Partial<Record<Side, SideRecord>> = {};
  for (const { side, spanId, startMs, endMs, outcome } of parts) {
    sides[side] = {
      spanId,
      startMs: startMs - delivery.receivedMs,
      endMs: endMs - delivery.receivedMs,
      latencyMs: outcome.latencyMs,
      waitedMs: outcome.waitedMs,
      status: outcome.kind === "answered" ? outcome.answer.status : null,
      failure: outcome.kind === "failed" ? outcome.failure : null,
    };
  }
  return {
    exchange: delivery.exchange,
    route: delivery.route.name,
    method: delivery.head.method,
    receivedAt: delivery.receivedAt,
    flagVersion: delivery.snapshot.version,
    trace: delivery.trace,
    answeredBy: report?.answeredBy ?? "sombra",
    status: report?.status ?? null,
    latencyMs: doneMs - delivery.receivedMs,
    overheadMs: report?.overheadMs ?? 0,
    sides,
    items,
  };
}

function itemOf({ following, settled, parts, divergences }: Closed, options: AccountsOptions): ItemRecord {
  const { judgement, mode } = following;
  const item = judgement?.identity.items[0];
  const shopper = item?.shopper ?? null;
  return {
    kind: item?.kind ?? "unread",
    shopper: shopper === null || options.plainShoppers ? shopper : options.hash(shopper),
    mode,
    reason: judgement?.reason ?? "unread",
    flags: judgement?.flags ?? [],
    state: settled.state,
    divergences: divergences.slice(0, maxDivergences),
    divergenceCount: divergences.length,
    addedLatencyMs: addedLatencyMs(mode, parts),
    compareMs: settled.compareMs,
  };
}
