/** What a metric is. */
export interface Metric {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** UCUM: `By` is bytes. */
  readonly unit: "1" | "ms" | "s" | "By";
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending; values above all of them have a bucket of their own. */
  readonly bounds?: readonly number[];
}

/** Finest where webhook handlers live. */
const boundsMs: readonly number[] = [
  0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 25, 50, 75, 100, 150, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000,
];

/** Negative: the candidate was faster than legacy. */
const addedBoundsMs: readonly number[] = [
  -1_000, -250, -100, -50, -25, -10, -5, -2, -1, 0, 1, 2, 5, 10, 25, 50, 75, 100, 150, 250, 500, 1_000, 2_500, 10_000,
];

type Words = readonly string[];

function counter<const L extends Words>(help: string, labels: L) {
  return { type: "counter", help, unit: "1", labels } as const;
}

function gauge<const L extends Words>(help: string, labels: L, unit: Metric["unit"] = "1") {
  return { type: "gauge", help, unit, labels } as const;
}

function histogram<const L extends Words>(help: string, labels: L, bounds = boundsMs) {
  return { type: "histogram", help, unit: "ms", labels, bounds } as const;
}

/** Every metric (SPEC 9). Label values are bounded words: never a shopper, a number, a text, an id or a raw path. */
export const metrics = {
  divergence_count: counter("Divergences found; those marked as expected are of that severity", ["route", "severity"]),
  latency_ms: histogram("Latency of a side, last request byte written to last answer byte", ["route", "side"]),
  sombra_deliveries_total: counter("Deliveries by the mode the flags decided", ["route", "mode"]),
  sombra_answers_total: counter("Answers of a side by status class, or why there was none", [
    "route",
    "side",
    "status_class",
  ]),
  sombra_items_total: counter("Items by final state: the ledger", ["route", "state", "substate"]),
  sombra_items_compared_total: counter("Compared items by kind", ["route", "item_kind"]),
  sombra_items_twinned_total: counter("Compared items that the twin did as well, by kind", ["route", "item_kind"]),
  sombra_twin_shed_total: counter("Calls of the twin that were not made, or not waited for, by why", [
    "route",
    "reason",
  ]),
  sombra_added_latency_ms: histogram(
    "Candidate minus legacy, dual-run items that did not wait",
    ["route"],
    addedBoundsMs,
  ),
  sombra_overhead_ms: histogram("What the proxy itself adds to the answer", ["route"]),
  sombra_wait_ms: histogram("Waits in our queues before a call to a shadow side", ["route"]),
  sombra_effects_total: counter("Outbound calls at the egress", ["side", "kind", "disposition"]),
  sombra_effects_attributed_total: counter(
    "Effects by whether they were compared: attributed, late, unattributed, not-compared",
    ["side", "fate"],
  ),
  sombra_legacy_effects_tied_total: counter("Compared effects of legacy, by what tied them to their exchange", ["by"]),
  sombra_legacy_writes_total: counter(
    "Writes of legacy's while exchanges are compared, by whether trace, exchange or message tied them to one",
    ["upstream", "tied"],
  ),
  sombra_effects_overlapping_total: counter(
    "Groups of exchanges compared as one: effects could have belonged to any",
    [],
  ),
  canonical_events_published_count: counter("Canonical events that a side published", ["side", "event_type"]),
  canonical_publish_fail_count: counter("Canonical events that a side could not publish", ["side"]),
  routing_assignments_count: counter("Routing assignments of a side", ["side"]),
  sombra_flag_decisions_total: counter("Flag decisions", ["flag", "reason", "value"]),
  sombra_rule_hidden_total: counter("Divergences that a rule explained away", ["rule"]),
  sombra_order_uncertain_total: counter("Items the candidate got while an earlier one of the shopper was under way", [
    "route",
  ]),
  sombra_maybe_twice_total: counter("Deliveries of which items may be done twice: no record could be kept or read", [
    "route",
  ]),
  sombra_fallbacks_total: counter("Items of a cutover that legacy answered, the candidate being unreachable", [
    "route",
  ]),
  sombra_passed_total: counter("Requests that make no items: handshakes, health checks", ["route"]),
  sombra_upgrades_total: counter("Connections tunnelled to legacy", ["route"]),
  sombra_refused_total: counter("Requests refused as malformed or ambiguous", ["reason"]),
  sombra_faults_total: counter("Faults caught inside Sombra; none reached an answer", ["operation"]),
  sombra_alarms_total: counter("Conditions that need a person", ["alarm"]),
  sombra_details_dropped_total: counter("Details given up to stay within bounds; counts are of everything", ["detail"]),
  sombra_mirror_queue_depth: gauge("Calls to a shadow side waiting for their turn", ["route"]),
  sombra_items_pending: gauge("Items waiting for an outcome", ["route"]),
  sombra_breaker_open: gauge("1 while the candidate is not called", ["route"]),
  sombra_candidate_silent: gauge("1 while the candidate does nothing where legacy sends", ["route"]),
  sombra_egress_same_token: gauge("1 while both sides show the same token at the egress", []),
  sombra_egress_items: gauge(
    "Of the last 20 compared items in which legacy sent: in how many the candidate called, was silent, or was silent with legacy's sends doubled",
    ["route", "candidate"],
  ),
  sombra_comparison_sensitivity: gauge(
    "Of the last 200 differences planted into copies of matching pairs the share that was found: 1 while it sees all, absent where none was planted yet",
    ["route"],
  ),
  sombra_kept_bytes: gauge("Memory of bodies kept aside", [], "By"),
  sombra_store_up: gauge("1 while the store of flags answers", []),
  sombra_store_writable: gauge("0 while the store of flags refuses writes, being read-only", []),
  sombra_snapshot_age_seconds: gauge("Time since the store last confirmed the flags in force", [], "s"),
  sombra_checkpoints_total: counter("Checkpoints of rollouts by verdict", ["verdict"]),
  sombra_rollbacks_total: counter("Rollbacks of rollouts that were carried out", []),
  sombra_notifications_total: counter("Tries to tell people of rollouts, by what came of them", ["channel", "outcome"]),
  sombra_rollout_phase: gauge("Which phase of its plan a rollout is in: the first is 0", ["rollout", "phase"]),
  sombra_checkpoint_missed: gauge("1 while two checkpoints of a rollout that were due did not come", ["rollout"]),
  sombra_decision_due: gauge("1 while a rollout waits for somebody to decide", ["rollout"]),
  sombra_killed: gauge("1 while the kill switch keeps everything on legacy", []),
} as const satisfies Readonly<Record<string, Metric>>;

type Metrics = typeof metrics;
export type MetricName = keyof Metrics;
type NameOf<T extends Metric["type"]> = {
  [N in MetricName]: Metrics[N]["type"] extends T ? N : never;
}[MetricName];
export type CounterName = NameOf<"counter">;
export type HistogramName = NameOf<"histogram">;
export type LabelsOf<N extends MetricName> = Readonly<Record<Metrics[N]["labels"][number], string>>;

const byName: ReadonlyMap<string, Metric> = new Map(Object.entries(metrics));

/** null: there is no metric of that name. */
export function metricOf(name: string): Metric | null {
  return byName.get(name) ?? null;
}
