import { CallError, Collect, Kept, targetAt, type Call } from "../http/index.ts";
import { randomHex, type Outcome } from "../model/index.ts";
import type { AnsweringDeps, Connection } from "./asking.ts";
import type { AskedSide, Errand, Judgement } from "./delivery.ts";
import { fieldsFor } from "./fields.ts";
import { insteadOf } from "./instead.ts";

/** A delivery that both sides answer, each for its items. */
export interface Shared {
  readonly connection: Connection;
  readonly judgement: Judgement;
  /** Whole. */
  readonly body: Buffer;
}

/** What the sides said, and whose answer goes back. */
export interface Given {
  readonly asked: readonly AskedSide[];
  /** Legacy's where every side said 200, else that of one that did not. */
  readonly decisive: AskedSide;
  /** Of the first call; `endMs`: of the last. */
  readonly startMs: number;
  readonly endMs: number;
}

/** What was said of an errand: twice where legacy stood in for a candidate that could not be reached. The last word counts. */
type Said = readonly [AskedSide, ...AskedSide[]];

/**
 * Asks the sides at the same time and waits for all of them. `done` is called when what they said may go back: where only some
 * said 200, not before their items are on record; null: there is nothing to give back.
 */
export class Sharing {
  readonly #deps: AnsweringDeps;
  readonly #shared: Shared;
  readonly #said: AskedSide[] = [];
  readonly #calls = new Set<Call>();
  /** The memory of the answers. */
  readonly kept: Kept[] = [];
  #over = false;

  constructor(deps: AnsweringDeps, shared: Shared, done: (given: Given | null) => void) {
    this.#deps = deps;
    this.#shared = shared;
    void this.#run(done);
  }

  /** The client went. It will send the delivery again: what had a 200 by then goes on record. */
  abort(): void {
    if (this.#over) return;
    this.#over = true;
    const before = this.#said.filter(is200);
    for (const call of this.#calls) call.abort(new CallError("reset", true));
    void this.#record(before);
  }

  async #run(done: (given: Given | null) => void): Promise<void> {
    try {
      await this.#decide(await Promise.all(this.#shared.judgement.answering.map((errand) => this.#part(errand))), done);
    } catch (error) {
      this.#deps.fault("share", error);
      this.abort();
      done(null);
    }
  }

  async #part(errand: Errand): Promise<Said> {
    const asked = await this.#ask(errand);
    const { connection, judgement, body } = this.#shared;
    const { delivery } = connection;
    if (errand.side === "candidate") this.#tellBreaker(asked);
    if (asked.began || asked.outcome.kind === "answered" || errand.side === "legacy") return [asked];
    if (this.#over) return [asked];
    const instead = await insteadOf(this.#deps, { delivery, body, errands: [errand], of: judgement.items.length });
    return instead === null ? [asked] : [asked, await this.#ask(instead)];
  }

  /** Resolves with what the side said; never rejects. */
  #ask(errand: Errand): Promise<AskedSide & { readonly began: boolean }> {
    const { lane, delivery } = this.#shared.connection;
    const { side } = errand;
    const upstream = side === "legacy" ? lane.route.legacy : lane.route.candidate;
    const transport = side === "legacy" ? lane.legacy : lane.candidate?.transport;
    const { promise, resolve } = Promise.withResolvers<AskedSide & { readonly began: boolean }>();
    const startMs = this.#deps.clock();
    const spanId = randomHex(8);
    let sentMs = startMs;
    let timer: NodeJS.Timeout | undefined;
    let call: Call | null = null;
    const end = (began: boolean, outcome: (latencyMs: number) => Outcome): void => {
      clearTimeout(timer);
      if (call !== null) this.#calls.delete(call);
      const endMs = this.#deps.clock();
      const asked = { side, errand, spanId, startMs, endMs, outcome: outcome(Math.max(0, endMs - sentMs)), began };
      this.#said.push(asked);
      resolve(asked);
    };
    if (upstream === null || transport === undefined) {
      end(false, (latencyMs) => ({ kind: "failed", failure: "refused", latencyMs, waitedMs: 0 }));
      return promise;
    }
    const kept = new Kept(delivery.route.maxBodyBytes, this.#deps.budget, null);
    this.kept.push(kept);
    const body = errand.body ?? this.#shared.body;
    call = transport.call(
      {
        method: delivery.head.method,
        target: targetAt(upstream.url, delivery.head.target),
        headers: fieldsFor(delivery, { side, held: false, spanId, upstream, errand }),
        body: body.length === 0 ? null : body,
        chunked: delivery.chunked,
      },
      new Collect(kept, {
        requestSent: () => void (sentMs = this.#deps.clock()),
        ended: (answer) => end(true, (latencyMs) => ({ kind: "answered", answer, latencyMs, waitedMs: 0 })),
        failed: ({ failure, began }) =>
          end(began, (latencyMs) => ({ kind: "failed", failure, latencyMs, waitedMs: 0 })),
      }),
    );
    this.#calls.add(call);
    const limitMs = side === "legacy" ? upstream.timeoutMs : 0;
    if (limitMs > 0) timer = setTimeout(() => call.abort(new CallError("timeout", true)), limitMs);
    return promise;
  }

  #tellBreaker({ outcome }: AskedSide): void {
    const breaker = this.#shared.connection.lane.candidate?.breaker;
    if (outcome.kind === "answered") breaker?.succeeded();
    else if (this.#over) breaker?.abandoned();
    else breaker?.failed();
  }

  async #decide(parts: readonly Said[], done: (given: Given | null) => void): Promise<void> {
    const words = parts.flatMap((said) => said.at(-1) ?? []);
    const ofLegacy = (word: AskedSide): boolean => word.side === "legacy";
    const failing = words.filter((word) => !is200(word));
    const decisive = failing.length > 0 ? (failing.find(ofLegacy) ?? failing[0]) : (words.find(ofLegacy) ?? words[0]);
    if (failing.length > 0 && !this.#over) await this.#record(words.filter(is200));
    if (this.#over || decisive === undefined) return;
    this.#over = true;
    const asked = parts.flat();
    const startMs = Math.min(...asked.map((part) => part.startMs));
    done({ asked, decisive, startMs, endMs: Math.max(...asked.map((part) => part.endMs)) });
  }

  async #record(words: readonly AskedSide[]): Promise<void> {
    const { connection, judgement } = this.#shared;
    const ids = words.flatMap(({ errand }) =>
      (errand?.items ?? []).map((item) => judgement.items[item]?.item.id ?? null),
    );
    if (ids.length > 0) await this.#deps.recordAnswered(connection.delivery.route, ids);
  }
}

/** The provider takes no other status for done. */
function is200({ outcome }: AskedSide): boolean {
  return outcome.kind === "answered" && outcome.answer.status === 200;
}
