import { reachableModes, type Snapshot } from "../flags/index.ts";
import type { Answer, CompareRules, NotKept, Outcome, Route, Verdict } from "../model/index.ts";
import type { AnswerReport, Delivery, Judge, Lane, Offer, Watch } from "../proxy/index.ts";
import { callBeside, type CallingDeps, type CallOf } from "./calling.ts";
import type { AwaitEffects, FollowingDeps, ItemEffects, OutcomePair } from "./following-deps.ts";
import { Following } from "./following.ts";
import { createGate, type Gate } from "./gate.ts";
import type { Mirrored } from "./mirrored.ts";
import { createOrder, type Order } from "./order.ts";
import { createRoster, type Roster } from "./roster.ts";
import { answersNotCompared, type Settled } from "./settling.ts";
import { createTwinGaps } from "./twin-gaps.ts";

/** Two outcomes of one item, with what they are compared by. */
export interface Pair {
  readonly route: string;
  readonly itemKind: string;
  readonly legacy: Outcome;
  readonly candidate: Outcome;
  readonly rules: CompareRules;
  /** `status-class`: the sides got different items, so that no more of their answers can be the same. */
  readonly scope: "whole" | "status-class";
}

export interface MirrorDeps extends CallingDeps {
  readonly lanes: readonly Lane[];
  readonly judge: Judge;
  readonly compare: (pair: Pair, sampled: boolean) => Verdict | Promise<Verdict>;
  /** Told once of every delivery, when each of its items has its final state. */
  readonly settled: (following: Following, settled: readonly Settled[], effects: readonly ItemEffects[]) => void;
  readonly effects: AwaitEffects<Following>;
  /** Told once of every request that makes no items, when it is answered. */
  readonly passed: (delivery: Delivery, report: AnswerReport) => void;
  readonly fault: (operation: string, error: unknown) => void;
  /** Items that may wait for an outcome at a time, on all routes. */
  readonly maxPending: number;
  /** So long a call stands in the way of the next one of its shoppers, at most. */
  readonly laneTimeoutMs: number;
}

/** The shadow side: may be thrown away at any moment without an answer changing. */
export interface Mirror {
  readonly offer: Offer;
  /** Items waiting for an outcome, by route. */
  pending(): Record<string, number>;
  /** Calls waiting for their turn, by route. */
  waiting(): Record<string, number>;
  /** Waits for what is pending, at most so long; the rest is `shutting-down`. */
  drain(maxMs: number): Promise<void>;
}

interface Followed {
  readonly lane: Lane;
  readonly gate: Gate;
  readonly order: Order;
  readonly twinGate: Gate;
  /** Null: there is no twin. */
  readonly twinOrder: Order | null;
  readonly open: Roster<Following>;
  /** Items. */
  pending: number;
  seen: Snapshot | null;
  quiet: boolean;
}

/** The provider's customer service window is what makes messages one conversation. */
const conversations = { pauseMs: 24 * 60 * 60 * 1_000, max: 100_000 };

export function createMirror(deps: MirrorDeps): Mirror {
  const followed = new Map<Route, Followed>();
  for (const lane of deps.lanes) {
    followed.set(lane.route, {
      lane,
      gate: createGate(lane.route.shadow, deps.clock),
      order: createOrder(orderOf(deps, lane.route), deps.clock),
      ...besideOf(deps, lane.route),
      open: createRoster(),
      pending: 0,
      seen: null,
      quiet: true,
    });
  }
  const nowhere = createOrder({ timeoutMs: deps.laneTimeoutMs, maxWaiting: 0 }, deps.clock);
  const gaps = createTwinGaps(conversations, deps.clock);
  let pending = 0;
  let draining: (() => void) | null = null;
  const call = (of: CallOf): void => callBeside(deps, followed.get(of.following.delivery.route), of);
  const hooks: FollowingDeps<Following> = {
    judge: deps.judge,
    clock: deps.clock,
    fault: deps.fault,
    quiet: ({ route, snapshot }) => isQuiet(followed.get(route), snapshot),
    arrive: ({ route }) => (followed.get(route)?.order ?? nowhere).arrive(),
    arriveTwin: ({ route }) => followed.get(route)?.twinOrder?.arrive() ?? null,
    missedTwin: (following, { errand }) => gaps.missed(following, errand),
    compareTwin: (following, mirrored, pair) =>
      gaps.has(following, mirrored.errand) ? null : compareTwin(deps, { following, mirrored }, pair),
    counted(following) {
      const { delivery, items } = following;
      pending += items - 1;
      const entry = followed.get(delivery.route);
      if (entry !== undefined) entry.pending += items - 1;
      deps.effects.opened(following);
    },
    call: (following, mirrored, body) => call({ following, caller: following, mirrored, body }),
    callTwin: (following, mirrored, body) => call({ following, caller: following.twins, mirrored, body }),
    compare: (following, mirrored, pair) => compare(deps, { following, mirrored }, pair),
    fellBack: (following) => deps.effects.fellBack(following),
    close: (following, settled) =>
      deps.effects.settle(following, settled, (final, effects) => finish(following, final, effects)),
  };
  const finish = (following: Following, settled: readonly Settled[], effects: readonly ItemEffects[]): void => {
    try {
      pending -= following.items;
      const entry = followed.get(following.delivery.route);
      if (entry !== undefined) entry.pending -= following.items;
      entry?.open.leave(following);
      deps.settled(following, settled, effects);
    } catch (error) {
      deps.fault("settled", error);
    }
    if (pending === 0) draining?.();
  };
  return {
    offer(delivery) {
      if (!delivery.makesItems) return passing(deps, delivery);
      const following = new Following(delivery, hooks);
      pending += 1;
      const entry = followed.get(delivery.route);
      if (entry !== undefined) entry.pending += 1;
      entry?.open.enter(following);
      if (pending > deps.maxPending) following.skip("queue-full");
      return following;
    },
    pending: () => byRoute(followed, (entry) => entry.pending),
    waiting: () => byRoute(followed, ({ gate }) => gate.waiting),
    async drain(maxMs) {
      deps.effects.drain();
      for (const { open } of followed.values()) for (const one of open.all()) one.forgoTwin("shutting-down");
      if (pending > 0) {
        const done = Promise.withResolvers<void>();
        draining = done.resolve;
        const timer = setTimeout(done.resolve, maxMs);
        await done.promise;
        clearTimeout(timer);
      }
      for (const { open } of followed.values()) for (const following of open.all()) following.drop("shutting-down");
    },
  };
}

function orderOf({ laneTimeoutMs }: MirrorDeps, { shadow }: Route): { timeoutMs: number; maxWaiting: number } {
  return { timeoutMs: laneTimeoutMs, maxWaiting: shadow.queueItems };
}

/** What waits for the twin keeps its items open: no more wait than are called at a time. */
function besideOf(deps: MirrorDeps, { twin, shadow }: Route): Pick<Followed, "twinGate" | "twinOrder"> {
  const { concurrency, queueBytes } = shadow;
  const gate = { concurrency, queueItems: concurrency, queueBytes };
  const order = { timeoutMs: deps.laneTimeoutMs, maxWaiting: concurrency };
  const isCalled = twin !== null && twin.share > 0;
  return {
    twinGate: createGate(gate, deps.clock),
    twinOrder: isCalled ? createOrder(order, deps.clock) : null,
  };
}

/** Follows a request that makes no items: only its answer counts. */
function passing(deps: MirrorDeps, delivery: Delivery): Watch {
  return {
    keepsAnswer: false,
    arrived: () => undefined,
    received: () => undefined,
    answered(report) {
      report.release();
      try {
        deps.passed(delivery, report);
      } catch (error) {
        deps.fault("passed", error);
      }
    },
  };
}

function byRoute(followed: ReadonlyMap<Route, Followed>, count: (entry: Followed) => number): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [route, entry] of followed) out[route.name] = count(entry);
  return out;
}

/** Worked out once per snapshot, not per delivery. */
function isQuiet(entry: Followed | undefined, snapshot: Snapshot): boolean {
  if (entry === undefined) return true;
  if (entry.lane.candidate === null) return true;
  if (entry.seen !== snapshot) {
    const modes = reachableModes(snapshot, entry.lane.route.flags);
    entry.seen = snapshot;
    entry.quiet = modes.size === 1 && modes.has("legacy");
  }
  return entry.quiet;
}

interface Compared {
  readonly following: Following;
  readonly mirrored: Mirrored;
}

function compare(deps: MirrorDeps, { following, mirrored }: Compared, pair: OutcomePair): void {
  const { sampled } = following.delivery.trace;
  const startMs = deps.clock();
  const told = (verdict: Verdict): void =>
    following.compared(mirrored, settledBy(pair, { verdict, compareMs: deps.clock() - startMs }));
  const notKept = notKeptOf(pair);
  if (notKept !== null) {
    return following.compared(mirrored, answersNotCompared({ why: notKept, substate: notKept }));
  }
  const verdict = deps.compare(pairOf({ following, mirrored }, pair), sampled);
  if (!(verdict instanceof Promise)) return told(verdict);
  verdict.then(told, (error: unknown) => {
    deps.fault("compare", error);
    following.compared(mirrored, answersNotCompared({ why: "fault", substate: "not-comparable" }));
  });
}

/** Of what was answered. Hashes of the twin's values are of no use. */
function compareTwin(deps: MirrorDeps, of: Compared, pair: OutcomePair): Verdict | null | Promise<Verdict | null> {
  const { legacy, candidate } = pair;
  if (legacy.kind === "failed" || candidate.kind === "failed" || notKeptOf(pair) !== null) return null;
  const verdict = deps.compare(pairOf(of, pair), false);
  if (!(verdict instanceof Promise)) return verdict;
  return verdict.catch((error: unknown) => {
    deps.fault("compare", error);
    return null;
  });
}

/** What is compared of a call. */
function pairOf({ following, mirrored }: Compared, { legacy, candidate, alike }: OutcomePair): Pair {
  const { route } = following.delivery;
  const itemKind = following.judgement?.items[mirrored.errand.items[0] ?? 0]?.item.kind ?? "request";
  const scope = alike ? "whole" : "status-class";
  return { route: route.name, itemKind, rules: route.compare, scope, legacy, candidate };
}

/** Why a body that is to be compared is not there. */
function notKeptOf({ legacy, candidate, alike }: OutcomePair): NotKept | null {
  if (!alike || legacy.kind === "failed" || candidate.kind === "failed") return null;
  return unkept(legacy.answer) ?? unkept(candidate.answer);
}

function unkept({ body, notKept }: Answer): NotKept | null {
  return body === null ? (notKept ?? "body-too-large") : null;
}

/** The final state that a verdict gives an item (SPEC 8). */
function settledBy(
  { legacy, candidate }: { legacy: Outcome; candidate: Outcome },
  { verdict, compareMs }: { verdict: Verdict; compareMs: number },
): Settled {
  if (verdict.kind === "not-comparable") {
    return answersNotCompared({ why: verdict.why, substate: "not-comparable" }, compareMs);
  }
  if (candidate.kind === "failed" && legacy.kind === "answered") {
    return { state: { state: "failed", substate: candidate.failure }, verdict, compareMs };
  }
  return { state: { state: "compared", substate: verdict.kind }, verdict, compareMs };
}
