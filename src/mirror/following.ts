import type { ItemState, NotKept, Side, SkipReason } from "../model/index.ts";
import type { AnswerReport, Delivery, Judgement, Watch } from "../proxy/index.ts";
import type { FollowingDeps, SidePart } from "./following-deps.ts";
import { areAlike, covers, forgetUncalled, withoutBody } from "./asked.ts";
import { Mirrored } from "./mirrored.ts";
import type { Ticket } from "./order.ts";
import type { Enrolled } from "./roster.ts";
import { failed, Settling, skipped, type Settled } from "./settling.ts";
import type { Called } from "./shadow-call.ts";

/**
 * One delivery followed to the final state of each of its items. Facts come in from outside (the body, the judgement, the
 * answer, the candidate's outcomes); after each of them `#advance` does what has become possible. It closes exactly once.
 */
export class Following implements Watch, Enrolled {
  place = 0;
  readonly delivery: Delivery;
  readonly keepsAnswer: boolean;
  readonly #deps: FollowingDeps<Following>;
  #body: Buffer | null = null;
  /** Why no more is done, for every item that has no reason of its own. */
  #skip: SkipReason | null = null;
  #judging = false;
  #ticket: Ticket | null = null;
  #judgement: Judgement | null = null;
  #mirrored: readonly Mirrored[] = [];
  /** Cut over, and answered by legacy in the candidate's place. */
  #fallback: Mirrored | null = null;
  #report: AnswerReport | null = null;
  readonly #states: Settling;

  constructor(delivery: Delivery, deps: FollowingDeps<Following>) {
    this.delivery = delivery;
    this.#deps = deps;
    this.keepsAnswer = !deps.quiet(delivery);
    this.#states = new Settling((settled) => this.#close(settled));
  }

  get judgement(): Judgement | null {
    return this.#judgement;
  }

  get report(): AnswerReport | null {
    return this.#report;
  }

  get closed(): boolean {
    return this.#states.done;
  }

  /** One, until it is known better. */
  get items(): number {
    return this.#states.items;
  }

  arrived(): void {
    if (!this.closed && this.keepsAnswer) this.#ticket ??= this.#deps.arrive(this.delivery);
  }

  received(body: Buffer | NotKept, judgement: Judgement | null): void {
    this.#guarded("received", () => {
      if (this.closed) return;
      if (!Buffer.isBuffer(body)) this.#skip ??= this.#orQuiet(body);
      else if (judgement !== null) this.#judged(body, judgement);
      else if (this.#skip === null) this.#judge(body);
      this.#advance();
    });
  }

  answered(report: AnswerReport): void {
    this.#guarded("answered", () => {
      this.#report = report;
      this.#tellSighting();
      if (this.closed) return report.release();
      this.#advance();
    });
  }

  called(mirrored: Mirrored, called: Called): void {
    this.#guarded("called", () => {
      mirrored.called = called;
      mirrored.leave();
      if (this.closed) called.release();
      else this.#advance();
    });
  }

  /** A verdict on the answers of a call. */
  compared({ errand }: Mirrored, { state, verdict, compareMs }: Settled): void {
    this.#guarded("compared", () => {
      const [bearer, ...others] = errand.items;
      if (bearer !== undefined) this.#states.settle(bearer, { state, verdict, compareMs });
      // One answer is one mark, which its first item bears.
      const rest: ItemState = state.state === "compared" ? { state: "compared", substate: "match" } : state;
      for (const item of others) this.#states.settle(item, { state: rest, verdict: null, compareMs: 0 });
    });
  }

  /** A call that is not made, or whose answers cannot be compared. */
  shed(mirrored: Mirrored, reason: SkipReason): void {
    this.#guarded("shed", () => {
      mirrored.shed = reason;
      mirrored.leave();
      this.#advance();
    });
  }

  /** Is not mirrored after all; closes with the answer. */
  skip(reason: SkipReason): void {
    this.#guarded("skip", () => {
      this.#skip ??= this.#orQuiet(reason);
      this.#advance();
    });
  }

  /** Gives up waiting, at once. */
  drop(reason: SkipReason): void {
    this.#states.settleRest((item) => skipped(this.#judgement?.items[item]?.skip ?? reason));
  }

  /** Every side's part, the answering ones first. */
  parts(): SidePart[] {
    const parts: SidePart[] = [...(this.#report?.asked ?? [])];
    for (const { errand, spanId, called } of this.#mirrored) {
      if (called === null) continue;
      const { startMs, endMs, outcome } = called;
      parts.push({ side: "candidate", errand, spanId, startMs, endMs, outcome });
    }
    return parts;
  }

  /** For whoever waits on for what the sides do: nobody compares the answers any more. */
  forgetBodies(): void {
    const report = this.#report;
    if (report !== null) {
      this.#report = {
        ...report,
        asked: report.asked.map((asked) => ({ ...asked, outcome: withoutBody(asked.outcome) })),
      };
    }
    for (const mirrored of this.#mirrored) {
      const { called } = mirrored;
      if (called !== null) mirrored.called = { ...called, outcome: withoutBody(called.outcome) };
    }
  }

  /** What stood before the call of an item had not ended. */
  orderUncertain(item: number): boolean {
    return this.#mirrored.some(({ errand, orderUncertain }) => orderUncertain && errand.items.includes(item));
  }

  #tellSighting(): void {
    const legacy = this.#report?.asked.find(({ side }) => side === "legacy")?.outcome;
    if (legacy?.kind === "answered") this.#judgement?.sighting?.answered(legacy.answer.status);
  }

  /** Where nothing would have been done anyway, nothing is amiss. */
  #orQuiet(reason: SkipReason): SkipReason {
    return this.keepsAnswer ? reason : "not-enabled";
  }

  #judge(body: Buffer): void {
    this.arrived();
    const judged = this.#deps.judge(this.delivery, body);
    if (!(judged instanceof Promise)) return this.#judged(body, judged);
    this.#judging = true;
    judged.then(
      (judgement) =>
        this.#guarded("judged", () => {
          this.#judging = false;
          this.#judged(body, judgement);
          this.#advance();
        }),
      (error: unknown) => {
        this.#judging = false;
        this.#closeTicket();
        this.#deps.fault("judge", error);
        this.skip("not-comparable");
      },
    );
  }

  #judged(body: Buffer, judgement: Judgement): void {
    if (this.closed) return;
    this.#judgement = judgement;
    this.#body = body;
    this.#states.count(judgement.items.length);
    this.#deps.counted(this);
    this.#tellSighting();
    if (judgement.mirrored.length > 0 && this.#skip === null) this.#queue(judgement);
    this.#closeTicket();
  }

  #closeTicket(): void {
    this.#ticket?.close();
    this.#ticket = null;
  }

  /** Takes a place in the lanes of each call's shoppers. */
  #queue({ items, mirrored }: Judgement): void {
    this.#ticket ??= this.#deps.arrive(this.delivery);
    this.#mirrored = mirrored.map((errand) => new Mirrored(errand));
    for (const call of this.#mirrored) {
      const shoppers = call.errand.items.map((i) => items[i]?.item.shopper ?? null);
      const place = this.#ticket.enter(shoppers, ({ uncertain }) => {
        call.ready = true;
        call.orderUncertain = uncertain;
        if (call.dueMs !== null) call.laneMs = this.#deps.clock() - call.dueMs;
        this.#guarded("ready", () => this.#advance());
      });
      if (place === null) this.shed(call, "queue-full");
      else if (call.shed !== null || this.closed) place.leave();
      else call.place = place;
    }
  }

  #advance(): void {
    if (this.closed) return;
    const judgement = this.#judgement;
    if (judgement === null) {
      // The client went before its body was in.
      if (this.#report !== null && !this.#judging) this.drop(this.#skip ?? this.#orQuiet("client-gone"));
      return;
    }
    if (this.#report !== null) this.#answeredItems(judgement, this.#report);
    for (const mirrored of this.#mirrored) this.#follow(mirrored);
  }

  #follow(mirrored: Mirrored): void {
    if (this.closed || mirrored.shed !== null || this.#body === null) return;
    const { errand } = mirrored;
    const due = errand.mode === "dual-run" || this.#report !== null;
    if (due && mirrored.dueMs === null) mirrored.dueMs = this.#deps.clock();
    if (due && mirrored.ready && !mirrored.started && this.#skip === null) {
      mirrored.started = true;
      this.#deps.call(this, mirrored, this.#body);
    }
    const candidate = mirrored.called?.outcome;
    const legacy = this.#report?.asked.find(({ side, errand: asked }) => side === "legacy" && covers(asked, errand));
    if (candidate === undefined || legacy === undefined || mirrored.comparing) return;
    mirrored.comparing = true;
    const alike = areAlike(legacy.errand, errand);
    this.#deps.compare(this, mirrored, { legacy: legacy.outcome, candidate, alike });
  }

  /** Items that end with the answer: those that nobody compares, and those of a cutover. */
  #answeredItems(judgement: Judgement, report: AnswerReport): void {
    const gone = report.asked.length === 0 && judgement.answering.length > 0;
    const rest: SkipReason | null = this.#skip ?? (gone ? "client-gone" : null);
    for (const [i, { skip, mode }] of judgement.items.entries()) {
      if (skip !== null) this.#states.settle(i, skipped(skip));
      else if (rest !== null) this.#states.settle(i, skipped(rest));
      else if (mode === "cutover") this.#endCutover(i, report);
    }
    for (const { shed, errand } of this.#mirrored) {
      if (shed !== null) for (const i of errand.items) this.#states.settle(i, skipped(shed));
    }
  }

  /**
   * In cutover a candidate that answers is not compared. One that fails counts as failed, and as divergent from legacy where
   * legacy answered in its place.
   */
  #endCutover(item: number, { asked }: AnswerReport): void {
    const of = (wanted: Side) =>
      asked.find(({ side, errand }) => side === wanted && errand?.items.includes(item) === true);
    const candidate = of("candidate");
    if (candidate?.outcome.kind !== "failed") return this.#states.settle(item, skipped("cut-over"));
    const legacy = of("legacy")?.outcome;
    const { errand, outcome } = candidate;
    if (legacy?.kind !== "answered" || errand === null) return this.#states.settle(item, failed(outcome.failure));
    if (this.#fallback !== null) return;
    this.#fallback = new Mirrored(errand);
    this.#deps.fellBack(this);
    this.#deps.compare(this, this.#fallback, { legacy, candidate: outcome, alike: true });
  }

  #close(settled: readonly Settled[]): void {
    if (this.#judgement !== null) forgetUncalled(this.#judgement, this.#mirrored, this.#report);
    this.#guarded("close", () => this.#deps.close(this, settled));
    this.#body = null;
    this.#closeTicket();
    for (const mirrored of this.#mirrored) {
      // One that is under way stands in the way of the next until it is over.
      if (!mirrored.started) mirrored.leave();
      mirrored.called?.release();
    }
    this.#report?.release();
  }

  #guarded(operation: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#deps.fault(operation, error);
      this.drop("not-comparable");
    }
  }
}
