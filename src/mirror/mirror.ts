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
import type { AnswerReport, Delivery, Judge, Judgement, Lane, Offer, ToldSide, Watch } from "../proxy/index.ts";
import { Following, type FollowingDeps, type Settled } from "./following.ts";
import { createGate, type Gate } from "./gate.ts";
import { createRoster, type Roster } from "./roster.ts";
import { callShadow, type Called } from "./shadow-call.ts";

/** Two outcomes of one item, with what they are compared by. */
export interface Pair {
  readonly route: string;
  readonly itemKind: string;
  readonly legacy: Outcome;
  readonly candidate: Outcome;
  readonly rules: CompareRules;
}

export interface MirrorDeps {
  readonly lanes: readonly Lane[];
  readonly judge: Judge;
  readonly verify: FollowingDeps["verify"];
  readonly compare: (pair: Pair, sampled: boolean) => Verdict | Promise<Verdict>;
  /** Told once of every item, on its final state. */
  readonly settled: (following: Following, settled: Settled) => void;
  /** Told once of every request that makes no items, when it is answered. */
  readonly passed: (delivery: Delivery, report: AnswerReport) => void;
  /** The fields that the candidate gets. */
  readonly fieldsFor: (delivery: Delivery, call: ToldSide) => string[];
  readonly budget: Budget;
  readonly clock: Clock;
  readonly fault: (operation: string, error: unknown) => void;
  /** Items that may wait for an outcome at a time, on all routes. */
  readonly maxPending: number;
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
  readonly open: Roster<Following>;
  seen: Snapshot | null;
  quiet: boolean;
}

export function createMirror(deps: MirrorDeps): Mirror {
  const followed = new Map<Route, Followed>();
  for (const lane of deps.lanes) {
    followed.set(lane.route, {
      lane,
      gate: createGate(lane.route.shadow, deps.clock),
      open: createRoster(),
      seen: null,
      quiet: true,
    });
  }
  let pending = 0;
  let draining: (() => void) | null = null;
  const hooks: FollowingDeps = {
    judge: deps.judge,
    verify: deps.verify,
    fault: deps.fault,
    quiet: ({ route, snapshot }) => isQuiet(followed.get(route), snapshot),
    call: (following, body, judgement) =>
      call(deps, followed.get(following.delivery.route), { following, body, judgement }),
    compare: (following, pair) => compare(deps, following, pair),
    close: (following, settled) => {
      pending -= 1;
      followed.get(following.delivery.route)?.open.leave(following);
      deps.settled(following, settled);
      if (pending === 0) draining?.();
    },
  };
  return {
    offer(delivery) {
      if (!delivery.makesItems) return passing(deps, delivery);
      const following = new Following(delivery, hooks);
      pending += 1;
      followed.get(delivery.route)?.open.enter(following);
      if (pending > deps.maxPending) following.skip("queue-full");
      return following;
    },
    pending: () => byRoute(followed, ({ open }) => open.size),
    waiting: () => byRoute(followed, ({ gate }) => gate.waiting),
    async drain(maxMs) {
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

/** Follows a request that makes no items: only its answer counts. */
function passing(deps: MirrorDeps, delivery: Delivery): Watch {
  return {
    keepsAnswer: false,
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
  readonly body: Buffer;
  readonly judgement: Judgement;
}

/** Lets the candidate be called when it is its turn. */
function call(deps: MirrorDeps, entry: Followed | undefined, of: CallOf): void {
  const candidate = entry?.lane.candidate ?? null;
  if (entry === undefined || candidate === null) return of.following.skip("not-enabled");
  const { gate, lane } = entry;
  const entered = gate.enter(of.body.length, (waitedMs) => {
    if (of.following.settled) return gate.leave();
    if (!candidate.breaker.allows()) {
      gate.leave();
      return of.following.skip("breaker-open");
    }
    const spanId = randomHex(8);
    start(deps, { ...of, lane, spanId, waitedMs }, (called) => {
      if (called.outcome.kind === "answered") candidate.breaker.succeeded();
      else candidate.breaker.failed();
      gate.leave();
      of.following.called(called, spanId);
    });
  });
  if (!entered) of.following.skip("queue-full");
}

function start(
  deps: MirrorDeps,
  of: CallOf & { readonly lane: Lane; readonly spanId: string; readonly waitedMs: number },
  done: (called: Called) => void,
): void {
  const { delivery } = of.following;
  const { route, candidate } = of.lane;
  if (candidate === null || route.candidate === null) return;
  const { judgement, spanId } = of;
  const headers = deps.fieldsFor(delivery, { judgement, side: "candidate", upstream: route.candidate, spanId });
  callShadow(
    {
      transport: candidate.transport,
      request: {
        method: delivery.head.method,
        target: targetAt(route.candidate.url, delivery.head.target),
        headers,
        body: of.body.length === 0 ? null : of.body,
        chunked: delivery.chunked,
      },
      timeoutMs: route.candidate.timeoutMs,
      waitedMs: of.waitedMs,
      maxBodyBytes: route.maxBodyBytes,
    },
    deps,
    done,
  );
}

function compare(deps: MirrorDeps, following: Following, pair: { legacy: Outcome; candidate: Outcome }): void {
  const { route, trace } = following.delivery;
  const { sampled } = trace;
  const itemKind = following.judgement?.identity.items[0]?.kind ?? "request";
  const startMs = deps.clock();
  const told = (verdict: Verdict): void =>
    following.compared(settledBy(pair, { verdict, compareMs: deps.clock() - startMs }));
  const { legacy, candidate } = pair;
  if (legacy.kind === "answered" && candidate.kind === "answered") {
    const notKept = notKeptOf(legacy.answer) ?? notKeptOf(candidate.answer);
    if (notKept !== null) return following.drop(notKept);
  }
  const verdict = deps.compare({ route: route.name, itemKind, rules: route.compare, ...pair }, sampled);
  if (!(verdict instanceof Promise)) return told(verdict);
  verdict.then(told, (error: unknown) => {
    deps.fault("compare", error);
    following.drop("not-comparable");
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
