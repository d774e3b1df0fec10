import type { Histogram, Tally } from "../../account/index.ts";
import type { KeyedHash } from "../../compare/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Following, ItemEffects, MirrorDeps, Settled, SidePart } from "../../mirror/index.ts";
import type { Divergence, ExchangeRecord, ItemRecord, Mode, Outcome, Side } from "../../model/index.ts";
import type { AnswerReport, Delivery, Judgement, Story } from "../../proxy/index.ts";

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
const maxEffects = 20;

/** Counts what a delivery came to, and keeps its record where the detail budget allows. */
export function createAccounts(options: AccountsOptions): Pick<MirrorDeps, "settled" | "passed"> {
  const { tally } = options;
  const accountsOf = remembered((route: string) => new RouteAccounts(tally, route));
  const settled: MirrorDeps["settled"] = (following, ended, effects) => {
    const { delivery, judgement } = following;
    const closed = { following, settled: ended, effects, parts: following.parts(), mode: modeOf(judgement) };
    accountsOf(delivery.route.name).count(closed);
    for (const [i, one] of ended.entries()) {
      const itemKind = judgement?.items[i]?.item.kind ?? "request";
      const subject = { route: delivery.route.name, itemKind, at: delivery.receivedAt };
      for (const divergence of divergencesOf(one)) tally.diverged(delivery.exchange, subject, divergence);
    }
    if (!tally.admits(interestOf(closed, options.traced))) return;
    const items = ended.map((one, i) => itemOf(closed, { item: i, settled: one }, options));
    tally.keep(recordOf(answeredBy(closed, options.clock), closed.parts, items));
  };
  return {
    settled,
    passed(delivery, report) {
      accountsOf(delivery.route.name).passed(report);
      if (!tally.admits(options.traced && delivery.trace.sampled ? "sampled" : "ordinary")) return;
      tally.keep(recordOf({ delivery, report, mode: "legacy", doneMs: report.doneMs }, report.asked, []));
    },
  };
}

/** A delivery and its answer; `report` null: given up before there was one. */
interface Answered {
  readonly delivery: Delivery;
  readonly report: AnswerReport | null;
  readonly mode: Mode;
  readonly doneMs: number;
}

function answeredBy({ following: { delivery, report }, mode }: Closed, clock: Clock): Answered {
  return { delivery, report, mode, doneMs: report?.doneMs ?? clock() };
}

/** A delivery with the final states of its items. */
interface Closed {
  readonly following: Following;
  readonly settled: readonly Settled[];
  readonly effects: readonly ItemEffects[];
  readonly parts: readonly SidePart[];
  readonly mode: Mode;
}

/** From the mode that changes nothing to the one that changes most. */
const modes: readonly Mode[] = ["legacy", "shadow", "dual-run", "cutover"];

function modeOf(judgement: Judgement | null): Mode {
  let furthest = 0;
  for (const { mode } of judgement?.items ?? []) furthest = Math.max(furthest, modes.indexOf(mode));
  return modes[furthest] ?? "legacy";
}

function divergencesOf({ verdict }: Settled): readonly Divergence[] {
  return verdict?.kind === "divergent" || verdict?.kind === "noise" ? verdict.divergences : [];
}

function interestOf({ following, settled }: Closed, traced: boolean): "sampled" | "notable" | "ordinary" {
  if (traced && following.delivery.trace.sampled) return "sampled";
  const notable = settled.some((one) => one.state.state === "failed" || divergencesOf(one).length > 0);
  return notable ? "notable" : "ordinary";
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
      if (judged !== undefined && standsIn(parts, i)) this.#fallbacks.add();
      for (const { flag, reason, value } of judged?.flags ?? []) {
        const handles = this.#flags(flag)(reason);
        (value ? handles.on : handles.off).add();
      }
    }
    for (const { side, outcome } of parts) this.#outcome(side, outcome);
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
function addedLatencyMs({ side, errand, outcome }: SidePart, parts: readonly SidePart[]): number | null {
  if (side !== "candidate" || errand?.mode !== "dual-run") return null;
  const legacy = parts.find((part) => part.side === "legacy");
  if (legacy === undefined || outcome.kind === "failed" || legacy.outcome.kind === "failed") return null;
  if (outcome.waitedMs > 0 || legacy.outcome.waitedMs > 0) return null;
  if (errand.body !== null) return null;
  return outcome.latencyMs - legacy.outcome.latencyMs;
}

/** Legacy answered an item of a cutover in the candidate's place. */
function standsIn(parts: readonly SidePart[], item: number): boolean {
  const about = (wanted: Side) =>
    parts.some(({ side, errand }) => side === wanted && errand?.mode === "cutover" && errand.items.includes(item));
  return about("legacy") && about("candidate");
}

function recordOf(
  { delivery, report, mode, doneMs }: Answered,
  parts: readonly SidePart[],
  items: readonly ItemRecord[],
): ExchangeRecord {
  const everyItem = items.map((_, i) => i);
  const calls = parts.map(({ side, errand, spanId, startMs, endMs, outcome }) => ({
    side,
    items: errand?.items ?? everyItem,
    spanId,
    startMs: startMs - delivery.receivedMs,
    endMs: endMs - delivery.receivedMs,
    latencyMs: outcome.latencyMs,
    waitedMs: outcome.waitedMs,
    status: outcome.kind === "answered" ? outcome.answer.status : null,
    failure: outcome.kind === "failed" ? outcome.failure : null,
  }));
  return {
    exchange: delivery.exchange,
    route: delivery.route.name,
    method: delivery.head.method,
    receivedAt: delivery.receivedAt,
    flagVersion: delivery.snapshot.version,
    trace: delivery.trace,
    mode,
    answeredBy: report?.answeredBy ?? "sombra",
    status: report?.status ?? null,
    latencyMs: doneMs - delivery.receivedMs,
    overheadMs: report?.overheadMs ?? 0,
    calls,
    items,
  };
}

interface Ended {
  readonly item: number;
  readonly settled: Settled;
}

function itemOf({ following, parts, effects }: Closed, { item, settled }: Ended, options: AccountsOptions): ItemRecord {
  const judged = following.judgement?.items[item];
  const { id = null, shopper = null, kind = "unread" } = judged?.item ?? {};
  const divergences = divergencesOf(settled);
  const call = parts.find(({ side, errand }) => side === "candidate" && errand?.items[0] === item);
  return {
    kind,
    id: id === null ? null : options.hash(id),
    shopper: shopper === null || options.plainShoppers ? shopper : options.hash(shopper),
    mode: judged?.mode ?? "legacy",
    reason: judged?.reason ?? "unread",
    flags: judged?.flags ?? [],
    state: settled.state,
    divergences: divergences.slice(0, maxDivergences),
    divergenceCount: divergences.length,
    addedLatencyMs: call === undefined ? null : addedLatencyMs(call, parts),
    compareMs: settled.compareMs,
    orderUncertain: following.orderUncertain(item),
    story: storyOf(judged?.story ?? null),
    effects: effectRecords(effects[item]),
  };
}

function storyOf(story: Story | null): ItemRecord["story"] {
  const [first] = story ?? [];
  if (story === null || first === undefined) return null;
  return { exchange: first.exchange, attempts: story.map(({ legacyStatus }) => legacyStatus) };
}

function effectRecords(effects: ItemEffects | undefined): ItemRecord["effects"] {
  const all = effects === undefined ? [] : [...effects.legacy, ...effects.candidate];
  return all.slice(0, maxEffects).map(({ side, kind, disposition }) => ({ side, kind, disposition }));
}
