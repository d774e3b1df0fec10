import type { Socket } from "node:net";
import {
  type CallError,
  Intake,
  Kept,
  Relay,
  headerValue,
  targetAt,
  type RelayEvents,
  type RawHeaders,
} from "../http/index.ts";
import type { Side } from "../model/index.ts";
import { accept, Asking, attempt, giveBack, refuse, type AnsweringDeps, type Connection } from "./asking.ts";
import type { AnswerReport, AskedSide, Errand, Judgement } from "./delivery.ts";
import { fieldsFor } from "./fields.ts";
import { insteadOf, notAsked } from "./instead.ts";
import { Sharing, type Given } from "./sharing.ts";

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
  #sharing: Sharing | null = null;
  /** Whose answer it is, where both sides gave one. */
  #answeredBy: Side | "sombra" | null = null;
  /** A 200 of before stands for this delivery: no side is asked. */
  #stands = false;
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
      if (body !== null) this.#completeMs = this.#deps.clock();
      if (delivery.makesItems && lane.waits(delivery.snapshot)) return this.#decideFirst(body);
      const passed = !delivery.makesItems && lane.candidate !== null;
      this.#ask(passed ? lane.route.handshake : "legacy", null, body);
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
    asking.limit(this.#connection.lane.route.legacy.timeoutMs);
  }

  started(status: number, headers: RawHeaders): void {
    if (this.#asking === null) return;
    this.#asking.status = status;
    this.#asking.headers = headers;
  }

  data(chunk: Buffer): void {
    this.#asking?.of.kept?.push(chunk);
  }

  ended(): void {
    const asking = this.#asking;
    if (asking === null) return;
    const endMs = this.#deps.clock();
    this.#settle(asking.answered(endMs));
    // Until the answer is out, which `closed` adds.
    this.#overheadMs = Math.max(0, asking.sentMs - this.#completeMs) - endMs;
  }

  failed(error: CallError, started: boolean): void {
    const asking = this.#asking;
    if (asking === null || this.#clientGone) return;
    const { side, errand } = asking.of;
    this.#settle(asking.failed(error.failure, this.#deps.clock()));
    if (started) return;
    const refused = (): void => refuse(this.#connection.response, error.failure === "timeout" ? 504 : 502);
    if (side === "legacy" || error.began || errand === null) return refused();
    this.#askInstead([errand], refused);
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
      this.#ask("legacy", null, body);
      this.#complete();
    }
  }

  /** The body is in, or (null) too large to wait for. */
  #held(body: Buffer | null): void {
    if (body !== null) {
      this.#completeMs ||= this.#deps.clock();
      return this.#judge(body);
    }
    this.#holding = false;
    this.#deps.unjudged(this.#connection.lane.route);
    this.#ask("legacy", null, null);
  }

  #judge(body: Buffer): void {
    const { delivery, watch } = this.#connection;
    watch.arrived();
    const failed = (error: unknown): void => {
      this.#deps.fault("judge", error);
      this.#deps.unjudged(delivery.route);
      this.#decided(this.#deps.undecided, body);
    };
    const judged = attempt(() => this.#deps.judge(delivery, body));
    if (judged instanceof Error) return failed(judged);
    if (!(judged instanceof Promise)) return this.#decided(judged, body);
    void judged.then((judgement) => this.#decided(judgement, body), failed);
  }

  #decided(judgement: Judgement, body: Buffer): void {
    if (this.#clientGone) return;
    this.#judgement = judgement;
    this.#answerBy(judgement, body);
    this.#connection.watch.received(body, judgement);
  }

  #answerBy(judgement: Judgement, body: Buffer): void {
    const { answering } = judgement;
    const { lane, response } = this.#connection;
    const [errand] = answering;
    if (errand === undefined) {
      this.#stands = true;
      return accept(response);
    }
    const toCandidate = answering.find(({ side }) => side === "candidate");
    if (toCandidate !== undefined && lane.route.fallback === "unreachable" && !lane.candidate?.breaker.allows()) {
      this.#asked.push(notAsked(toCandidate, this.#deps.clock()));
      return this.#askInstead(answering, () => refuse(response, 502));
    }
    if (answering.length === 1) return this.#ask(errand.side, errand, body);
    this.#sharing = new Sharing(this.#deps, { connection: this.#connection, judgement, body }, (given) => {
      if (given === null) refuse(response, 502);
      else this.#shared(given);
    });
  }

  /** Both sides have answered. */
  #shared({ asked, decisive: { outcome, side }, startMs, endMs }: Given): void {
    const { response } = this.#connection;
    this.#asked.push(...asked);
    this.#answers.push(...(this.#sharing?.kept ?? []));
    this.#sharing = null;
    this.#overheadMs = Math.max(0, startMs - this.#completeMs) - endMs;
    this.#answeredBy = outcome.kind === "answered" ? side : "sombra";
    if (outcome.kind === "failed") return refuse(response, outcome.failure === "timeout" ? 504 : 502);
    this.starting();
    giveBack(response, outcome.answer);
  }

  /** Legacy in the candidate's place, for all that there is to answer. */
  #askInstead(errands: readonly Errand[], otherwise: () => void): void {
    const { delivery, response } = this.#connection;
    const body = this.#kept.bytes();
    const of = this.#judgement?.items.length ?? 1;
    const ask = (instead: Errand | null): void => {
      if (instead === null) otherwise();
      else if (!response.destroyed) this.#ask("legacy", instead, body);
    };
    const instead = body === null ? null : insteadOf(this.#deps, { delivery, body, errands, of });
    if (instead instanceof Promise) void instead.then(ask);
    else ask(instead);
  }

  #ask(side: "legacy" | "candidate", errand: Errand | null, received: Buffer | null): void {
    const { lane, delivery, response, watch } = this.#connection;
    const upstream = side === "legacy" ? lane.route.legacy : lane.route.candidate;
    const transport = side === "legacy" ? lane.legacy : lane.candidate?.transport;
    if (upstream === null || transport === undefined) return refuse(this.#connection.response, 502);
    const body = errand?.body ?? received;
    const kept = watch.keepsAnswer ? new Kept(delivery.route.maxBodyBytes, this.#deps.budget, null) : null;
    if (kept !== null) this.#answers.push(kept);
    const asking = new Asking({ side, errand, startMs: this.#deps.clock(), kept });
    this.#asking = asking;
    const whole = body ?? (this.#intake.complete ? this.#kept.bytes() : null);
    if (whole !== null) asking.limit(lane.route.legacy.timeoutMs);
    asking.call = transport.call(
      {
        method: delivery.head.method,
        target: targetAt(upstream.url, delivery.head.target),
        headers: fieldsFor(delivery, { side, held: false, spanId: asking.spanId, upstream, errand }),
        body: whole === null ? this.#intake.stream() : whole.length === 0 ? null : whole,
        chunked: delivery.chunked,
        trailers: () => this.#connection.request.rawTrailers,
      },
      new Relay(response, this),
    );
  }

  #settle(asked: AskedSide): void {
    this.#asking = null;
    this.#asked.push(asked);
    if (asked.side === "legacy") return;
    const breaker = this.#connection.lane.candidate?.breaker;
    if (asked.outcome.kind === "answered") breaker?.succeeded();
    else breaker?.failed();
  }

  /** The last byte of the request is in. */
  #complete(): void {
    this.#completeMs ||= this.#deps.clock();
    if (!this.#holding) {
      const body = this.#kept.notKept ?? this.#kept.bytes();
      if (body !== null) this.#connection.watch.received(body, null);
    }
    this.#tell();
  }

  #closed(): void {
    const { request, response } = this.#connection;
    const asking = this.#asking;
    if (asking !== null || this.#sharing !== null || (this.#asked.length === 0 && !this.#stands)) {
      // The client went while a side was at work: its call ends as it would without us.
      this.#clientGone = true;
      asking?.abandon();
      this.#sharing?.abort();
      if (asking?.of.side === "candidate") this.#connection.lane.candidate?.breaker.abandoned();
    }
    const doneMs = this.#deps.clock();
    const last = this.#asked.at(-1);
    // Whoever waits for the candidate holds on to the bodies, and to nothing else of this request.
    const bodies = [this.#kept, ...this.#answers, ...(this.#sharing?.kept ?? [])];
    this.#report = {
      answeredBy: this.#answeredBy ?? (last?.outcome.kind === "answered" ? last.side : "sombra"),
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
