import type { NotKept, SkipReason } from "../model/index.ts";
import type { AnswerReport, Delivery, Judgement, Watch } from "../proxy/index.ts";
import type { FollowingDeps } from "./following-deps.ts";
import { forgetUncalled, pairOf, tellSighting, withoutBodies } from "./asked.ts";
import { endsOf } from "./answered-items.ts";
import { isDue } from "./cutover.ts";
import { enterLanes } from "./enter-lanes.ts";
import { Mirrored } from "./mirrored.ts";
import type { Ticket } from "./order.ts";
import type { Enrolled } from "./roster.ts";
import { Settling, skipped, type Settled } from "./settling.ts";
import type { Called } from "./shadow-call.ts";
import type { SidePart } from "./side-part.ts";
import { type TwinCalls, twinCallsOf } from "./twin-calls.ts";

/**
 * One delivery followed to the final state of each of its items. Facts come in from outside (the body, the judgement, the
 * answer, the candidate's outcomes); after each of them `#advance` does what has become possible. It closes exactly once.
 */
export class Following implements Watch, Enrolled {
  place = 0;
  #delivery: Delivery;
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
  /** What the twin is asked beside. */
  readonly twins: TwinCalls;
  /** Of all items, while nothing but the twin is waited for. */
  #settled: readonly Settled[] | null = null;

  constructor(delivery: Delivery, deps: FollowingDeps<Following>) {
    this.#delivery = delivery;
    this.#deps = deps;
    this.keepsAnswer = !deps.quiet(delivery);
    this.#states = new Settling((settled) => this.#end(settled));
    this.twins = twinCallsOf<Following>(this, deps, () => this.#advanceTwins());
  }

  get delivery(): Delivery {
    return this.#delivery;
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
    if (this.closed || !this.keepsAnswer) return;
    this.#ticket ??= this.#deps.arrive(this.delivery);
    this.twins.arrive();
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
      tellSighting(this.#judgement, report);
      if (this.closed) return report.release();
      this.#advance();
    });
  }

  /** Whether a call is still of use. */
  wants(): boolean {
    return !this.closed;
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
  compared({ errand }: Mirrored, settled: Settled): void {
    this.#guarded("compared", () => this.#states.settleCall(errand.items, settled));
  }

  /** A call that is not made. */
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
    this.forgoTwin(reason);
    this.#states.settleRest((item) => skipped(this.#judgement?.items[item]?.skip ?? reason));
  }

  /** Goes on without the twin. */
  forgoTwin(reason: SkipReason): void {
    this.twins.giveUp(reason);
    this.#advanceTwins();
  }

  /** Every side's part, the answering ones first. */
  parts(): SidePart[] {
    const beside = this.#mirrored.flatMap((mirrored) => mirrored.part ?? []);
    return [...(this.#report?.asked ?? []), ...beside, ...this.twins.parts];
  }

  /** Of one that is closed, for whoever waits on for what the sides do: nobody compares the answers any more. */
  forgetBodies(): void {
    const { head, route } = this.#delivery;
    this.#delivery = { ...this.#delivery, head: { ...head, rawHeaders: [] } };
    if (this.#report !== null) this.#report = withoutBodies(this.#report, route);
    for (const mirrored of this.#mirrored) mirrored.forgetBody(route);
    this.twins.forgetBodies(route);
  }

  /** What stood before the call of an item had not ended. */
  orderUncertain(item: number): boolean {
    return this.#mirrored.some(({ errand, orderUncertain }) => orderUncertain && errand.items.includes(item));
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
    tellSighting(judgement, this.#report);
    if (judgement.mirrored.length > 0 && this.#skip === null) this.#queue(judgement);
    this.#closeTicket();
  }

  #closeTicket(): void {
    this.#ticket?.close();
    this.#ticket = null;
    this.twins.closeTicket();
  }

  #queue(judgement: Judgement): void {
    this.#ticket ??= this.#deps.arrive(this.delivery);
    const beside = this.delivery.route.twin === null ? "legacy" : "twin";
    this.#mirrored = judgement.mirrored.map(
      (errand) => new Mirrored(errand, errand.side === "legacy" ? beside : errand.side),
    );
    enterLanes(this.#ticket, judgement, {
      calls: this.#mirrored,
      wants: ({ shed }) => shed === null && !this.closed,
      ready: () => this.#guarded("ready", () => this.#advance()),
      full: (call) => this.shed(call, "queue-full"),
      clock: this.#deps.clock,
    });
    this.twins.queue(judgement);
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
    this.#advanceTwins();
  }

  /** Whatever goes wrong here is the twin's alone. */
  #advanceTwins(): void {
    try {
      if (this.#body !== null) this.twins.advance(this.#report, this.#body);
    } catch (error) {
      this.#deps.fault("twin", error);
      this.twins.giveUp("not-comparable");
    }
    if (this.#settled !== null && !this.twins.open) this.#close(this.#settled);
  }

  #follow(mirrored: Mirrored): void {
    if (this.closed || mirrored.shed !== null || this.#body === null) return;
    const { errand } = mirrored;
    const due = isDue(errand, this.#judgement, this.#report);
    if (!due && this.#report !== null) mirrored.leave();
    if (due && mirrored.dueMs === null) mirrored.dueMs = this.#deps.clock();
    if (due && mirrored.ready && !mirrored.started && this.#skip === null) {
      mirrored.started = true;
      this.#deps.call(this, mirrored, this.#body);
    }
    const pair = mirrored.comparing ? null : pairOf(mirrored, this.#report);
    if (pair === null) return;
    mirrored.comparing = true;
    this.#deps.compare(this, mirrored, pair);
  }

  /** Items that end with the answer: those that nobody compares, and those of a cutover. */
  #answeredItems(judgement: Judgement, report: AnswerReport): void {
    const { ended, fellBack } = endsOf(judgement, report, { skip: this.#skip, mirrored: this.#mirrored });
    for (const { item, settled } of ended) this.#states.settle(item, settled);
    if (fellBack === null || this.#fallback !== null) return;
    const { errand, legacy, candidate } = fellBack;
    this.#fallback = new Mirrored(errand, "candidate");
    this.#deps.fellBack(this);
    this.#deps.compare(this, this.#fallback, { legacy, candidate, alike: true });
  }

  #end(settled: readonly Settled[]): void {
    this.#settled = settled;
    // Whom nobody compares with nobody calls.
    if (!settled.some(({ state }) => state.state === "compared")) this.twins.leave();
    this.#advanceTwins();
  }

  #close(settled: readonly Settled[]): void {
    this.#settled = null;
    if (this.#judgement !== null) forgetUncalled(this.#judgement, this.#mirrored, this.#report);
    this.#guarded("close", () => this.#deps.close(this, settled));
    this.#body = null;
    this.#closeTicket();
    for (const mirrored of this.#mirrored) mirrored.release();
    this.twins.release();
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
