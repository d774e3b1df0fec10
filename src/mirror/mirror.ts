import { reachableModes, type Snapshot } from "../flags/index.ts";
import { targetAt, type Budget } from "../http/index.ts";
import type { Clock } from "../lib/clock.ts";
import {
  randomHex,
  type Answer,
  type CompareRules,
  type NotKept,
  type Outcome,
  type Route,
  type Verdict,
} from "../model/index.ts";
import type { AnswerReport, Delivery, Judge, Lane, Offer, ToldSide, Watch } from "../proxy/index.ts";
import type { AwaitEffects, FollowingDeps, ItemEffects, OutcomePair } from "./following-deps.ts";
import { Following } from "./following.ts";
import { createGate, type Gate } from "./gate.ts";
import type { Mirrored } from "./mirrored.ts";
import { createOrder, type Order } from "./order.ts";
import { createRoster, type Roster } from "./roster.ts";
import type { Settled } from "./settling.ts";
import { callShadow, type Called } from "./shadow-call.ts";

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

export interface MirrorDeps {
  readonly lanes: readonly Lane[];
  readonly judge: Judge;
  readonly compare: (pair: Pair, sampled: boolean) => Verdict | Promise<Verdict>;
  /** Told once of every delivery, when each of its items has its final state. */
  readonly settled: (following: Following, settled: readonly Settled[], effects: readonly ItemEffects[]) => void;
  readonly effects: AwaitEffects<Following>;
  /** Told once of every request that makes no items, when it is answered. */
  readonly passed: (delivery: Delivery, report: AnswerReport) => void;
  /** The fields that the candidate gets. */
  readonly fieldsFor: (delivery: Delivery, call: ToldSide) => string[];
  readonly budget: Budget;
  readonly clock: Clock;
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
  readonly open: Roster<Following>;
  /** Items. */
  pending: number;
  seen: Snapshot | null;
  quiet: boolean;
}

export function createMirror(deps: MirrorDeps): Mirror {
  const followed = new Map<Route, Followed>();
  for (const lane of deps.lanes) {
    followed.set(lane.route, {
      lane,
      gate: createGate(lane.route.shadow, deps.clock),
      order: createOrder(orderOf(deps, lane.route), deps.clock),
      open: createRoster(),
      pending: 0,
      seen: null,
      quiet: true,
    });
  }
  const nowhere = createOrder({ timeoutMs: deps.laneTimeoutMs, maxWaiting: 0 }, deps.clock);
  let pending = 0;
  let draining: (() => void) | null = null;
  const hooks: FollowingDeps<Following> = {
    judge: deps.judge,
    clock: deps.clock,
    fault: deps.fault,
    quiet: ({ route, snapshot }) => isQuiet(followed.get(route), snapshot),
    arrive: ({ route }) => (followed.get(route)?.order ?? nowhere).arrive(),
    counted(following) {
      const { delivery, items } = following;
      pending += items - 1;
      const entry = followed.get(delivery.route);
      if (entry !== undefined) entry.pending += items - 1;
      deps.effects.opened(following);
    },
    call: (following, mirrored, body) =>
      call(deps, followed.get(following.delivery.route), { following, mirrored, body }),
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

interface CallOf {
  readonly following: Following;
  readonly mirrored: Mirrored;
  /** The delivery's, whole. */
  readonly body: Buffer;
}

/** Lets the candidate be called when there is room. */
function call(deps: MirrorDeps, entry: Followed | undefined, of: CallOf): void {
  const { following, mirrored } = of;
  const candidate = entry?.lane.candidate ?? null;
  if (entry === undefined || candidate === null) return following.shed(mirrored, "not-enabled");
  const { gate, lane } = entry;
  const entered = gate.enter((mirrored.errand.body ?? of.body).length, (waitedMs) => {
    if (following.closed) {
      mirrored.leave();
      return gate.leave();
    }
    if (!candidate.breaker.allows()) {
      gate.leave();
      return following.shed(mirrored, "breaker-open");
    }
    mirrored.spanId = randomHex(8);
    start(deps, { ...of, lane, waitedMs }, (called) => {
      if (called.outcome.kind === "answered") candidate.breaker.succeeded();
      else candidate.breaker.failed();
      gate.leave();
      following.called(mirrored, called);
    });
  });
  if (!entered) following.shed(mirrored, "queue-full");
}

function start(
  deps: MirrorDeps,
  of: CallOf & { readonly lane: Lane; readonly waitedMs: number },
  done: (called: Called) => void,
): void {
  const { delivery } = of.following;
  const { route, candidate } = of.lane;
  if (candidate === null || route.candidate === null) return;
  const { errand, spanId, laneMs } = of.mirrored;
  const headers = deps.fieldsFor(delivery, { errand, side: "candidate", upstream: route.candidate, spanId });
  const body = errand.body ?? of.body;
  callShadow(
    {
      transport: candidate.transport,
      request: {
        method: delivery.head.method,
        target: targetAt(route.candidate.url, delivery.head.target),
        headers,
        body: body.length === 0 ? null : body,
        chunked: delivery.chunked,
      },
      timeoutMs: route.candidate.timeoutMs,
      waitedMs: laneMs + of.waitedMs,
      maxBodyBytes: route.maxBodyBytes,
    },
    deps,
    done,
  );
}

function compare(deps: MirrorDeps, { following, mirrored }: Omit<CallOf, "body">, pair: OutcomePair): void {
  const { route, trace } = following.delivery;
  const { sampled } = trace;
  const bearer = mirrored.errand.items[0] ?? 0;
  const itemKind = following.judgement?.items[bearer]?.item.kind ?? "request";
  const startMs = deps.clock();
  const told = (verdict: Verdict): void =>
    following.compared(mirrored, settledBy(pair, { verdict, compareMs: deps.clock() - startMs }));
  const { legacy, candidate, alike } = pair;
  if (alike && legacy.kind === "answered" && candidate.kind === "answered") {
    const notKept = notKeptOf(legacy.answer) ?? notKeptOf(candidate.answer);
    if (notKept !== null) return following.shed(mirrored, notKept);
  }
  const scope = alike ? "whole" : "status-class";
  const verdict = deps.compare(
    { route: route.name, itemKind, rules: route.compare, scope, legacy, candidate },
    sampled,
  );
  if (!(verdict instanceof Promise)) return told(verdict);
  verdict.then(told, (error: unknown) => {
    deps.fault("compare", error);
    following.shed(mirrored, "not-comparable");
  });
}

function notKeptOf({ body, notKept }: Answer): NotKept | null {
  return body === null ? (notKept ?? "body-too-large") : null;
}

/** The final state that a verdict gives an item (SPEC 8). */
function settledBy(
  { legacy, candidate }: { legacy: Outcome; candidate: Outcome },
  { verdict, compareMs }: { verdict: Verdict; compareMs: number },
): Settled {
  if (verdict.kind === "not-comparable") {
    return { state: { state: "skipped", substate: "not-comparable" }, verdict, compareMs };
  }
  if (candidate.kind === "failed" && legacy.kind === "answered") {
    return { state: { state: "failed", substate: candidate.failure }, verdict, compareMs };
  }
  return { state: { state: "compared", substate: verdict.kind }, verdict, compareMs };
}
