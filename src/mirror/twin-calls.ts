import type { Clock } from "../lib/clock.ts";
import type { Route, SkipReason, Verdict } from "../model/index.ts";
import type { AnswerReport, Delivery, Judgement } from "../proxy/index.ts";
import type { Caller } from "./caller.ts";
import { areAlike, legacyFor } from "./asked.ts";
import { enterLanes } from "./enter-lanes.ts";
import type { FollowingDeps, OutcomePair } from "./following-deps.ts";
import { Mirrored } from "./mirrored.ts";
import type { Ticket } from "./order.ts";
import type { Called } from "./shadow-call.ts";
import type { SidePart } from "./side-part.ts";

export interface TwinCallsDeps {
  /** Takes a delivery's place in the order in which the twin gets them; null: the twin gets nothing. */
  readonly arrive: () => Ticket | null;
  /** Calls the twin when there is room, and tells `called`; or `shed`. */
  readonly call: (mirrored: Mirrored, body: Buffer) => void;
  /** How the twin's answer differs from legacy's; null: it cannot be said. */
  readonly compare: (mirrored: Mirrored, pair: OutcomePair) => Verdict | null | Promise<Verdict | null>;
  /** A call that was to be made has got no answer. */
  readonly missed: (mirrored: Mirrored) => void;
  /** Something has become possible, or nothing is waited for any more. */
  readonly moved: () => void;
  readonly clock: Clock;
}

/** Where a call of the twin has got to. */
interface TwinCall {
  readonly mirrored: Mirrored;
  verdict: Verdict | null;
  /** Nothing is waited for any more. */
  over: boolean;
}

/**
 * What the twin is asked of a delivery, and how its answers differ from legacy's. Neither side knows of it: what goes wrong
 * here leaves the delivery without a twin.
 */
export class TwinCalls implements Caller {
  readonly #deps: TwinCallsDeps;
  #ticket: Ticket | null = null;
  #calls: readonly TwinCall[] = [];
  #judgement: Judgement | null = null;

  constructor(deps: TwinCallsDeps) {
    this.#deps = deps;
  }

  /** Whether a call may still come to something. */
  get open(): boolean {
    return this.#calls.some(({ over }) => !over);
  }

  get parts(): readonly SidePart[] {
    return this.#calls.flatMap(({ mirrored }) => mirrored.part ?? []);
  }

  /** Why calls were not made. */
  get notMade(): readonly SkipReason[] {
    return this.#calls.flatMap(({ mirrored }) => mirrored.shed ?? []);
  }

  arrive(): void {
    this.#ticket ??= this.#deps.arrive();
  }

  closeTicket(): void {
    this.#ticket?.close();
    this.#ticket = null;
  }

  /** Takes a place in the lanes of each call's shoppers. */
  queue(judgement: Judgement): void {
    if (judgement.twins.length === 0) return;
    this.arrive();
    if (this.#ticket === null) return;
    this.#judgement = judgement;
    this.#calls = judgement.twins.map((errand) => ({
      mirrored: new Mirrored(errand, "twin"),
      verdict: null,
      over: false,
    }));
    enterLanes(this.#ticket, judgement, {
      calls: this.#calls.map(({ mirrored }) => mirrored),
      wants: (mirrored) => this.wants(mirrored),
      ready: this.#deps.moved,
      full: (mirrored) => this.shed(mirrored, "queue-full"),
      clock: this.#deps.clock,
    });
  }

  /** Does what has become possible. */
  advance(report: AnswerReport | null, body: Buffer): void {
    for (const call of this.#calls) if (!call.over) this.#follow(call, report, body);
  }

  called(mirrored: Mirrored, called: Called): void {
    mirrored.leave();
    if (!this.wants(mirrored)) return called.release();
    mirrored.called = called;
    this.#deps.moved();
  }

  shed(mirrored: Mirrored, reason: SkipReason): void {
    const call = this.#calls.find((one) => one.mirrored === mirrored);
    if (call === undefined) return;
    this.#shed(call, reason);
    this.#deps.moved();
  }

  wants(mirrored: Mirrored): boolean {
    return this.#calls.some((call) => call.mirrored === mirrored && !call.over);
  }

  /** Those that are not made yet are not made. */
  leave(): void {
    for (const call of this.#calls) {
      if (call.mirrored.started) continue;
      call.over = true;
      call.mirrored.leave();
    }
  }

  /** Waits no longer. */
  giveUp(reason: SkipReason): void {
    for (const call of this.#calls) if (!call.over) this.#shed(call, reason);
  }

  /** How the twin's answer for an item differs from legacy's; null: they are not compared. */
  of(item: number): Verdict | null {
    const call = this.#calls.find(({ mirrored }) => mirrored.errand.items.includes(item));
    const verdict = call?.mirrored.orderUncertain === false ? call.verdict : null;
    // Whatever tells of a message that legacy sent says nothing to a twin, whose messages never got out.
    if (verdict === null || this.#judgement?.items[item]?.item.about !== null) return null;
    // One answer is one mark, which its first item bears.
    return call?.mirrored.errand.items[0] === item ? verdict : { kind: "match" };
  }

  forgetBodies(route: Route): void {
    for (const { mirrored } of this.#calls) mirrored.forgetBody(route);
  }

  release(): void {
    this.closeTicket();
    for (const { mirrored } of this.#calls) {
      if (mirrored.called?.outcome.kind !== "answered") this.#deps.missed(mirrored);
      mirrored.release();
    }
  }

  #shed(call: TwinCall, reason: SkipReason): void {
    call.over = true;
    call.mirrored.shed = reason;
    if (!call.mirrored.started) call.mirrored.leave();
  }

  #follow(call: TwinCall, report: AnswerReport | null, body: Buffer): void {
    const { mirrored } = call;
    const { errand, called } = mirrored;
    const legacy = report === null ? null : legacyFor(mirrored, report);
    if (report !== null && legacy === null) return this.#shed(call, "client-gone");
    if (report !== null || errand.mode === "dual-run") {
      mirrored.dueMs ??= this.#deps.clock();
      if (mirrored.ready && !mirrored.started) {
        mirrored.started = true;
        this.#deps.call(mirrored, body);
      }
    }
    if (called === null || legacy === null || mirrored.comparing) return;
    mirrored.comparing = true;
    const pair = { legacy: legacy.outcome, candidate: called.outcome, alike: areAlike(legacy.errand, errand) };
    const told = (verdict: Verdict | null): void => {
      call.verdict = verdict?.kind === "not-comparable" ? null : verdict;
      call.over = true;
    };
    const verdict = this.#deps.compare(mirrored, pair);
    if (!(verdict instanceof Promise)) return told(verdict);
    void verdict.then((one) => {
      if (call.over) return;
      told(one);
      this.#deps.moved();
    });
  }
}

const nothing = (): void => undefined;

const noTwin = new TwinCalls({
  arrive: () => null,
  call: nothing,
  compare: () => null,
  missed: nothing,
  moved: nothing,
  clock: () => 0,
});

/** One for all deliveries of routes without a twin: it is never asked anything. */
export function twinCallsOf<F extends { readonly delivery: Delivery }>(
  following: F,
  deps: FollowingDeps<F>,
  moved: () => void,
): TwinCalls {
  const { delivery } = following;
  if (delivery.route.twin === null) return noTwin;
  return new TwinCalls({
    arrive: () => deps.arriveTwin(delivery),
    call: (mirrored, body) => deps.callTwin(following, mirrored, body),
    compare: (mirrored, pair) => deps.compareTwin(following, mirrored, pair),
    missed: (mirrored) => deps.missedTwin(following, mirrored),
    moved,
    clock: deps.clock,
  });
}
