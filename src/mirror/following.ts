import type { ItemState, Mode, NotKept, Outcome, Side, SkipReason, Verdict } from "../model/index.ts";
import type { AnswerReport, AskedSide, Delivery, Judgement, Watch } from "../proxy/index.ts";
import type { Enrolled } from "./roster.ts";
import type { Called } from "./shadow-call.ts";

/** How an item ended. */
export interface Settled {
  readonly state: ItemState;
  readonly verdict: Verdict | null;
  readonly compareMs: number;
}

/** A side's call as the record shows it. */
export interface SidePart {
  readonly side: Side;
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}

/** What a `Following` asks of the mirror it belongs to. */
export interface FollowingDeps {
  readonly judge: (delivery: Delivery, body: Buffer) => Judgement | Promise<Judgement>;
  /** Whether the provider signed a delivery; true where that is not checked. */
  readonly verify: (delivery: Delivery, body: Buffer) => boolean | Promise<boolean>;
  /** Nobody can be anything but `legacy` on this snapshot: bodies need not be read. */
  readonly quiet: (delivery: Delivery) => boolean;
  /** Calls the candidate when it is its turn, and tells `called`; or `skip`. */
  readonly call: (following: Following, body: Buffer, judgement: Judgement) => void;
  readonly compare: (following: Following, pair: { legacy: Outcome; candidate: Outcome }) => void;
  readonly close: (following: Following, settled: Settled) => void;
  readonly fault: (operation: string, error: unknown) => void;
}

/**
 * One delivery followed to its verdict. Facts come in from outside (the body, the judgement, the answer, the candidate's
 * outcome); after each of them `#advance` does what has become possible. It settles exactly once.
 */
export class Following implements Watch, Enrolled {
  place = 0;
  readonly delivery: Delivery;
  readonly #deps: FollowingDeps;
  #body: Buffer | null = null;
  #skip: SkipReason | null = null;
  #judgement: Judgement | null = null;
  #report: AnswerReport | null = null;
  #called: Called | null = null;
  #callSpanId = "";
  #verifying = false;
  #calling = false;
  #comparing = false;
  #settled = false;

  constructor(delivery: Delivery, deps: FollowingDeps) {
    this.delivery = delivery;
    this.#deps = deps;
    if (deps.quiet(delivery)) this.#skip = "not-enabled";
  }

  get keepsAnswer(): boolean {
    return this.#skip === null;
  }

  get judgement(): Judgement | null {
    return this.#judgement;
  }

  get report(): AnswerReport | null {
    return this.#report;
  }

  get settled(): boolean {
    return this.#settled;
  }

  get mode(): Mode {
    return this.#judgement?.mode ?? "legacy";
  }

  received(body: Buffer | NotKept, judgement: Judgement | null): void {
    this.#guarded("received", () => {
      if (!Buffer.isBuffer(body)) this.#skip ??= body;
      else if (judgement !== null) this.#judged(body, judgement);
      else if (this.#skip === null) this.#judge(body);
      else if (this.#skip === "not-enabled") this.#verify(body);
      this.#advance();
    });
  }

  answered(report: AnswerReport): void {
    this.#guarded("answered", () => {
      this.#report = report;
      if (this.#settled) return report.release();
      if (report.asked.length === 0 && this.#skip === null) this.#skip = "client-gone";
      this.#advance();
    });
  }

  called(called: Called, spanId: string): void {
    this.#guarded("called", () => {
      this.#called = called;
      this.#callSpanId = spanId;
      if (this.#settled) called.release();
      else this.#advance();
    });
  }

  compared(settled: Settled): void {
    this.#settle(settled);
  }

  /** Is not mirrored after all; settles with the answer. */
  skip(reason: SkipReason): void {
    this.#guarded("skip", () => {
      this.#skip ??= reason;
      this.#advance();
    });
  }

  /** Gives up waiting, at once. */
  drop(reason: SkipReason): void {
    this.#settle(skipped(reason));
  }

  /** Every side's part, the answering ones first. */
  parts(): SidePart[] {
    const parts: SidePart[] = (this.#report?.asked ?? []).map((part: AskedSide) => part);
    if (this.#called !== null) {
      const { startMs, endMs, outcome } = this.#called;
      parts.push({ side: "candidate", spanId: this.#callSpanId, startMs, endMs, outcome });
    }
    return parts;
  }

  #judge(body: Buffer): void {
    const judged = this.#deps.judge(this.delivery, body);
    if (!(judged instanceof Promise)) return this.#judged(body, judged);
    judged.then(
      (judgement) =>
        this.#guarded("judged", () => {
          this.#judged(body, judgement);
          this.#advance();
        }),
      (error: unknown) => {
        this.#deps.fault("judge", error);
        this.drop("not-comparable");
      },
    );
  }

  /** Of what nobody judges, forged deliveries are told apart all the same. */
  #verify(body: Buffer): void {
    const told = (verified: boolean): void => {
      this.#verifying = false;
      if (!verified) this.#skip = "bad-signature";
    };
    const verified = this.#deps.verify(this.delivery, body);
    if (!(verified instanceof Promise)) return told(verified);
    this.#verifying = true;
    const later = (answer: boolean): void =>
      this.#guarded("verified", () => {
        told(answer);
        this.#advance();
      });
    verified.then(later, (error: unknown) => {
      this.#deps.fault("verify", error);
      later(true);
    });
  }

  #judged(body: Buffer, judgement: Judgement): void {
    this.#judgement = judgement;
    this.#body = body;
    this.#skip ??= judgement.skip;
  }

  #advance(): void {
    if (this.#settled) return;
    if (this.#skip !== null) {
      if (this.#report !== null && !this.#verifying) this.#settle(skipped(this.#skip));
      return;
    }
    const judgement = this.#judgement;
    if (judgement === null || this.#body === null) return;
    if (judgement.mode === "cutover") return this.#endCutover();
    const due = judgement.mode === "dual-run" || this.#report !== null;
    if (due && !this.#calling) {
      this.#calling = true;
      this.#deps.call(this, this.#body, judgement);
    }
    this.#comparePair();
  }

  #comparePair(): void {
    const legacy = this.#asked("legacy");
    if (legacy === null || this.#called === null) return;
    this.#compare(legacy, this.#called.outcome);
  }

  /**
   * In cutover a candidate that answers is not compared. One that fails counts as failed, and as divergent from legacy where
   * legacy answered in its place.
   */
  #endCutover(): void {
    if (this.#report === null) return;
    const candidate = this.#asked("candidate");
    const legacy = this.#asked("legacy");
    if (candidate?.kind !== "failed") return this.#settle(skipped("cut-over"));
    if (legacy?.kind === "answered") return this.#compare(legacy, candidate);
    this.#settle({ state: { state: "failed", substate: candidate.failure }, verdict: null, compareMs: 0 });
  }

  /** What a side did that was asked for the answer. */
  #asked(wanted: Side): Outcome | null {
    return this.#report?.asked.find(({ side }) => side === wanted)?.outcome ?? null;
  }

  #compare(legacy: Outcome, candidate: Outcome): void {
    if (this.#comparing) return;
    this.#comparing = true;
    this.#deps.compare(this, { legacy, candidate });
  }

  #settle(settled: Settled): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#guarded("close", () => this.#deps.close(this, settled));
    this.#body = null;
    this.#called?.release();
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

function skipped(substate: SkipReason): Settled {
  return { state: { state: "skipped", substate }, verdict: null, compareMs: 0 };
}
