import type { Socket } from "node:net";
import {
  CallError,
  Intake,
  Kept,
  Relay,
  headerValue,
  targetAt,
  type RelayEvents,
  type RawHeaders,
} from "../http/index.ts";
import { randomHex, type Outcome } from "../model/index.ts";
import { refuse, undecided, type AnsweringDeps, type Asking, type Connection } from "./asking.ts";
import type { AnswerReport, AskedSide, Judge, Judgement } from "./delivery.ts";
import { fieldsFor } from "./fields.ts";

/**
 * One delivery on its way to the side that answers, and the answer on its way back. While no cutover is possible legacy
 * is asked before anything else is looked at; otherwise the body waits for its judgement. What the shadow side does
 * with `watch` is not waited for.
 */
export class Answering implements RelayEvents {
  readonly #deps: AnsweringDeps;
  readonly #connection: Connection;
  readonly #kept: Kept;
  readonly #intake: Intake;
  readonly #asked: AskedSide[] = [];
  readonly #answers: Kept[] = [];
  #asking: Asking | null = null;
  #judgement: Judgement | null = null;
  #completeMs = 0;
  #overheadMs: number | null = null;
  #clientGone = false;
  /** The answer waits for the judgement. */
  #holding = false;
  #report: AnswerReport | null = null;
  #stopAwaiting: (() => void) | null = null;

  /** `over`: the answer is out, or broke off. */
  constructor(deps: AnsweringDeps, connection: Connection, over: () => void) {
    const { delivery, request, response } = connection;
    this.#deps = deps;
    this.#connection = connection;
    const length = headerValue(delivery.head.rawHeaders, "content-length");
    const limit = delivery.makesItems ? delivery.route.maxBodyBytes : 0;
    this.#kept = new Kept(limit, deps.budget, length === null ? null : Number(length));
    this.#intake = new Intake(request, this.#kept, () => this.#complete());
    response.once("close", () => {
      over();
      this.#closed();
    });
  }

  /** Runs once the packet that brought the head has been read: most bodies came with it. */
  begin(): void {
    try {
      const { lane, delivery } = this.#connection;
      const body = this.#intake.already();
      if (delivery.makesItems && lane.waits(delivery.snapshot)) return this.#decideFirst(body);
      const passed = !delivery.makesItems && lane.candidate !== null;
      this.#ask(passed ? lane.route.handshake : "legacy", body);
      if (body !== null) this.#complete();
    } catch (error) {
      this.#deps.fault("answer", error);
      refuse(this.#connection.response, 502);
    }
  }

  starting(): void {
    const { response, closing } = this.#connection;
    if (closing()) response.shouldKeepAlive = false;
  }

  requestSent(): void {
    const asking = this.#asking;
    if (asking === null) return;
    asking.sentMs = this.#deps.clock();
    this.#limit(asking);
  }

  /** Legacy's time, where it has a limit: from its last request byte, or from the start where nothing is waited for. */
  #limit(asking: Asking): void {
    const { timeoutMs } = this.#connection.lane.route.legacy;
    if (asking.side === "candidate" || timeoutMs === 0 || asking.timer !== null) return;
    asking.timer = setTimeout(() => asking.call?.abort(new CallError("timeout", true)), timeoutMs);
  }

  started(status: number, headers: RawHeaders): void {
    if (this.#asking === null) return;
    this.#asking.status = status;
    this.#asking.headers = headers;
  }

  data(chunk: Buffer): void {
    this.#asking?.kept?.push(chunk);
  }

  ended(): void {
    const asking = this.#asking;
    if (asking === null) return;
    const endMs = this.#deps.clock();
    const { status, headers, kept } = asking;
    const latencyMs = Math.max(0, endMs - Math.max(asking.sentMs, asking.startMs));
    const answer = { status, rawHeaders: headers, body: kept?.bytes() ?? null, notKept: kept?.notKept ?? null };
    this.#settle({ kind: "answered", answer, latencyMs, waitedMs: 0 }, endMs);
    // Until the answer is out, which `closed` adds.
    this.#overheadMs = Math.max(0, asking.sentMs - this.#completeMs) - endMs;
  }

  failed(error: CallError, started: boolean): void {
    const asking = this.#asking;
    if (asking === null || this.#clientGone) return;
    const endMs = this.#deps.clock();
    const { failure } = error;
    this.#settle({ kind: "failed", failure, latencyMs: endMs - (asking.sentMs || asking.startMs), waitedMs: 0 }, endMs);
    if (started) return;
    const { fallback } = this.#connection.lane.route;
    if (asking.side === "candidate" && this.#judgement !== null && !error.began && fallback === "unreachable") {
      return this.#ask("legacy", this.#kept.bytes());
    }
    refuse(this.#connection.response, failure === "timeout" ? 504 : 502);
  }

  /** Cutover is possible for somebody: the body decides who answers. */
  #decideFirst(body: Buffer | null): void {
    if (body === null) {
      this.#holding = true;
      this.#intake.hold(() => this.#held(this.#kept.bytes()));
    } else if (this.#kept.notKept === null) {
      this.#holding = true;
      this.#held(body);
    } else {
      this.#ask("legacy", body);
      this.#complete();
    }
  }

  /** The body is in, or (null) too large to wait for. */
  #held(body: Buffer | null): void {
    if (body !== null) {
      this.#completeMs = this.#deps.clock();
      return this.#judge(body);
    }
    this.#holding = false;
    this.#ask("legacy", null);
  }

  #judge(body: Buffer): void {
    const { delivery } = this.#connection;
    const failed = (error: unknown): void => {
      this.#deps.fault("judge", error);
      this.#decided(undecided, body);
    };
    let judged: ReturnType<Judge>;
    try {
      judged = this.#deps.judge(delivery, body);
    } catch (error) {
      return failed(error);
    }
    if (!(judged instanceof Promise)) return this.#decided(judged, body);
    judged.then((judgement) => this.#decided(judgement, body)).catch(failed);
  }

  #decided(judgement: Judgement, body: Buffer): void {
    if (this.#clientGone) return;
    this.#judgement = judgement;
    const { lane, watch } = this.#connection;
    const candidate = judgement.mode === "cutover" ? lane.candidate : null;
    if (candidate === null) this.#ask("legacy", body);
    else if (candidate.breaker.allows() || lane.route.fallback === "never") this.#ask("candidate", body);
    else {
      this.#unreached();
      this.#ask("legacy", body);
    }
    watch.received(body, judgement);
  }

  /** The breaker stood open: the candidate was not called. */
  #unreached(): void {
    const at = this.#deps.clock();
    const outcome: Outcome = { kind: "failed", failure: "breaker-open", latencyMs: 0, waitedMs: 0 };
    this.#asked.push({ side: "candidate", spanId: randomHex(8), startMs: at, endMs: at, outcome });
  }

  #ask(side: "legacy" | "candidate", body: Buffer | null): void {
    const { lane, delivery, response, watch } = this.#connection;
    const upstream = side === "legacy" ? lane.route.legacy : lane.route.candidate;
    const transport = side === "legacy" ? lane.legacy : lane.candidate?.transport;
    if (upstream === null || transport === undefined) return refuse(this.#connection.response, 502);
    const spanId = randomHex(8);
    const keeps = watch.keepsAnswer;
    const kept = keeps ? new Kept(delivery.route.maxBodyBytes, this.#deps.budget, null) : null;
    if (kept !== null) this.#answers.push(kept);
    const startMs = this.#deps.clock();
    const asking: Asking = { side, spanId, startMs, kept, call: null, timer: null, sentMs: 0, status: 0, headers: [] };
    this.#asking = asking;
    const whole = body ?? (this.#intake.complete ? this.#kept.bytes() : null);
    if (whole !== null) this.#limit(asking);
    const call = transport.call(
      {
        method: delivery.head.method,
        target: targetAt(upstream.url, delivery.head.target),
        headers: fieldsFor(delivery, { side, spanId, upstream, judgement: this.#judgement }),
        body: whole === null ? this.#intake.stream() : whole.length === 0 ? null : whole,
        chunked: delivery.chunked,
        trailers: () => this.#connection.request.rawTrailers,
      },
      new Relay(response, this),
    );
    asking.call = call;
  }

  #settle(outcome: Outcome, endMs: number): void {
    const asking = this.#asking;
    if (asking === null) return;
    if (asking.timer !== null) clearTimeout(asking.timer);
    this.#asking = null;
    const { side, spanId, startMs } = asking;
    this.#asked.push({ side, spanId, startMs, endMs, outcome });
    if (side === "legacy") return;
    const breaker = this.#connection.lane.candidate?.breaker;
    if (outcome.kind === "answered") breaker?.succeeded();
    else breaker?.failed();
  }

  /** The last byte of the request is in. */
  #complete(): void {
    if (this.#completeMs === 0) this.#completeMs = this.#deps.clock();
    if (!this.#holding) {
      const body = this.#kept.notKept ?? this.#kept.bytes();
      if (body !== null) this.#connection.watch.received(body, null);
    }
    this.#tell();
  }

  #closed(): void {
    const { request, response } = this.#connection;
    const asking = this.#asking;
    if (asking !== null || this.#asked.length === 0) {
      // The client went while a side was at work: its call ends as it would without us.
      this.#clientGone = true;
      if (asking?.timer) clearTimeout(asking.timer);
      asking?.call?.abort(new CallError("reset", true));
      if (asking?.side === "candidate") this.#connection.lane.candidate?.breaker.abandoned();
    }
    const doneMs = this.#deps.clock();
    const last = this.#asked.at(-1);
    // Whoever waits for the candidate holds on to the bodies, and to nothing else of this request.
    const bodies = [this.#kept, ...this.#answers];
    this.#report = {
      answeredBy: last?.outcome.kind === "answered" ? last.side : "sombra",
      status: response.writableFinished ? response.statusCode : null,
      doneMs,
      overheadMs: this.#overheadMs === null ? null : this.#overheadMs + doneMs,
      asked: this.#clientGone ? [] : this.#asked,
      release: () => {
        for (const body of bodies) body.release();
      },
    };
    // A side may answer before it has read everything; the body still comes in then.
    if (this.#clientGone || this.#intake.complete || request.destroyed) this.#tell();
    else this.#awaitBody(request.socket);
  }

  /** An answered request tells nothing of its client any more: the connection does. */
  #awaitBody(socket: Socket): void {
    const gone = (): void => this.#tell();
    socket.once("close", gone);
    this.#stopAwaiting = () => socket.off("close", gone);
  }

  #tell(): void {
    const report = this.#report;
    if (report === null) return;
    this.#report = null;
    this.#stopAwaiting?.();
    // A side may answer before it has read everything, and the client leave then: there is no whole delivery to compare.
    this.#connection.watch.answered(this.#intake.complete ? report : { ...report, asked: [] });
  }
}
