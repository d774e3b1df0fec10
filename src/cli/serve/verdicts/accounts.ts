import { cellOf, hasValues, type Tally, withoutValues } from "../../../account/index.ts";
import type { KeyedHash } from "../../../compare/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { remembered } from "../../../lib/remembered.ts";
import type { ItemEffects, MirrorDeps, Settled, SidePart } from "../../../mirror/index.ts";
import type { Divergence, EgressCallRecord, ExchangeRecord, ItemRecord, Mode } from "../../../model/index.ts";
import type { AnswerReport, Delivery, Judgement, Story } from "../../../proxy/index.ts";
import { callRecordOf, egressCallsOf, requestOf } from "../data/call-facts.ts";
import { createItemEvidence } from "./item-evidence.ts";
import { addedLatencyMs, type Closed, RouteAccounts } from "./route-accounts.ts";

export interface AccountsOptions {
  readonly tally: Tally;
  readonly hash: KeyedHash;
  /** Shopper ids stand in records as they are, not as hashes. */
  readonly plainShoppers: boolean;
  /** Spans are made of records whose trace is sampled. */
  readonly traced: boolean;
  readonly clock: Clock;
  /** Of the rules by which a route is compared by now. */
  readonly rulesHash: (route: string) => string;
}

const maxDivergences = 100;
/** Shoppers whose hashes are remembered: one who writes several times is hashed once. */
const maxHashes = 10_000;
const maxEffects = 20;
const dayMs = 24 * 3_600_000;

export interface Accounts {
  readonly mirror: Pick<MirrorDeps, "settled" | "passed">;
  /** Lets go of the shoppers whose hashes are remembered. */
  readonly forget: () => void;
}

/** Counts what a delivery came to, and keeps its record where the detail budget allows. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { tally } = options;
  const accountsOf = remembered((route: string) => new RouteAccounts(tally, route));
  let hashOf = remembered(options.hash, maxHashes);
  const evidence = createItemEvidence({ ...options, hash: (shopper) => hashOf(shopper) });
  const settled: MirrorDeps["settled"] = (following, ended, effects) => {
    const { delivery, judgement } = following;
    const closed = { following, settled: ended, effects, parts: following.parts(), mode: modeOf(judgement) };
    accountsOf(delivery.route.name).count(closed);
    evidence(closed);
    for (const [i, one] of ended.entries()) {
      const divergences = divergencesOf(one);
      if (one.state.state !== "compared" && divergences.length === 0) continue;
      const { kind: itemKind = "request", shopper = null } = judgement?.items[i]?.item ?? {};
      const hashed = shopper === null ? null : hashOf(shopper);
      const cell = hashed === null ? null : cellOf(delivery.receivedAt, hashed);
      const subject = { route: delivery.route.name, itemKind, at: delivery.receivedAt, cell };
      tally.compared(delivery.exchange, subject, divergences);
    }
    if (!tally.admits(interestOf(closed, options.traced))) return;
    const items = ended.map((one, i) => itemOf(closed, { item: i, settled: one }, options));
    const whole = recordOf(answeredBy(closed, options.clock), closed.parts, items);
    // Values are for the archive alone, and plain shoppers for the log.
    const record = { ...whole, items: items.map(withoutValues) };
    const hashed = items.map((item) =>
      options.plainShoppers && item.shopper !== null ? { ...item, shopper: hashOf(item.shopper) } : item,
    );
    const days = hasValues(whole) ? (delivery.route.compare.values?.retentionDays ?? 0) : null;
    const until = days === null ? {} : { valuesUntil: delivery.receivedAt + days * dayMs };
    tally.keep(record, { ...whole, items: hashed, ...until });
  };
  const passed: MirrorDeps["passed"] = (delivery, report) => {
    accountsOf(delivery.route.name).passed(report);
    const failed = anyFailed(report.asked) ? "notable" : "ordinary";
    if (!tally.admits(options.traced && delivery.trace.sampled ? "sampled" : failed)) return;
    tally.keep(recordOf({ delivery, report, mode: "legacy", doneMs: report.doneMs, egress: [] }, report.asked, []));
  };
  return {
    mirror: { settled, passed },
    forget() {
      hashOf = remembered(options.hash, maxHashes);
    },
  };
}

/** A delivery and its answer; `report` null: given up before there was one. */
interface Answered {
  readonly delivery: Delivery;
  readonly report: AnswerReport | null;
  readonly mode: Mode;
  readonly doneMs: number;
  readonly egress: readonly EgressCallRecord[];
}

function answeredBy({ following: { delivery, report }, parts, effects, mode }: Closed, clock: Clock): Answered {
  const egress = egressCallsOf({ delivery, parts, effects });
  return { delivery, report, mode, doneMs: report?.doneMs ?? clock(), egress };
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

function interestOf({ following, settled, parts }: Closed, traced: boolean): "sampled" | "notable" | "ordinary" {
  if (traced && following.delivery.trace.sampled) return "sampled";
  const notable = settled.some((one) => one.state.state === "failed" || divergencesOf(one).length > 0);
  return notable || anyFailed(parts) ? "notable" : "ordinary";
}

function anyFailed(parts: readonly Pick<SidePart, "outcome">[]): boolean {
  return parts.some(({ outcome }) => outcome.kind === "failed");
}

function recordOf(
  { delivery, report, mode, doneMs, egress }: Answered,
  parts: readonly SidePart[],
  items: readonly ItemRecord[],
): ExchangeRecord {
  const everyItem = items.map((_, i) => i);
  return {
    exchange: delivery.exchange,
    route: delivery.route.name,
    method: delivery.head.method,
    ...requestOf(delivery),
    receivedAt: delivery.receivedAt,
    flagVersion: delivery.snapshot.version,
    trace: delivery.trace,
    mode,
    answeredBy: report?.answeredBy ?? "sombra",
    status: report?.status ?? null,
    latencyMs: doneMs - delivery.receivedMs,
    overheadMs: report?.overheadMs ?? 0,
    calls: parts.map((part) => callRecordOf(part, delivery.receivedMs, everyItem)),
    egress,
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
    ...(settled.notCompared === undefined ? {} : { notCompared: settled.notCompared.why }),
    orderUncertain: following.orderUncertain(item),
    overlapping: settled.overlapping ?? false,
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
  const all = effects === undefined ? [] : [...effects.legacy, ...effects.candidate, ...effects.twin];
  return all.slice(0, maxEffects).map(({ side, kind, disposition }) => ({ side, kind, disposition }));
}
