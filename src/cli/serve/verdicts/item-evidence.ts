import type { Population, StreamTally, Tally } from "../../../account/index.ts";
import type { KeyedHash } from "../../../compare/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { remembered } from "../../../lib/remembered.ts";
import type { Following, Settled, SidePart } from "../../../mirror/index.ts";
import type { EvidenceScope, Route } from "../../../model/index.ts";
import { answerMarks, isHeldOut, isPair, itemParts, pairMarks, type ItemParts } from "./marks.ts";
import { addedLatencyMs, type Closed } from "./route-accounts.ts";
import { createVersions, type Versions } from "./versions.ts";

export interface ItemEvidenceDeps {
  readonly tally: Pick<Tally, "evidence">;
  readonly hash: KeyedHash;
  readonly rulesHash: (route: string) => string;
  readonly clock: Clock;
}

/** A delivery with the final states of its items. */
export interface EndedDelivery extends Pick<Closed, "settled" | "parts"> {
  readonly following: Pick<Following, "delivery" | "judgement" | "report">;
}

/** Counts what each item of a delivery that is closed is evidence of, where any is gathered on its route. */
export function createItemEvidence(deps: ItemEvidenceDeps): (closed: EndedDelivery) => void {
  const routes = remembered((route: Route) => new RouteEvidence(deps, route));
  return (closed) => routes(closed.following.delivery.route).ended(closed);
}

class RouteEvidence {
  readonly #deps: ItemEvidenceDeps;
  readonly #route: string;
  readonly #versions: Versions;
  /** Of the scope, versions and rules that were asked for last. */
  #streams: { readonly key: StreamKey; readonly of: Map<Population, StreamTally> } | null = null;

  constructor(deps: ItemEvidenceDeps, { name, versions }: Route) {
    this.#deps = deps;
    this.#route = name;
    this.#versions = createVersions(versions, deps.clock);
  }

  ended({ following, settled, parts }: EndedDelivery): void {
    const { delivery, judgement, report } = following;
    const scope = delivery.snapshot.scopes.get(this.#route);
    const asked = report?.asked ?? [];
    for (const [item, one] of settled.entries()) {
      const of = itemParts(item, { asked, parts });
      const legacyVersion = this.#versions.of("legacy", of.legacy?.outcome ?? null);
      const candidateVersion = this.#versions.of("candidate", of.candidate?.outcome ?? null);
      if (scope === undefined || of.answering === null || isForged(one)) continue;
      const rules = this.#deps.rulesHash(this.#route);
      const streams = this.#at({ scope: scope.id, legacyVersion, candidateVersion, rules });
      const shopper = judgement?.items[item]?.item.shopper ?? null;
      const ended: EndedItem = {
        settled: one,
        scope,
        shopper: shopper === null ? null : this.#deps.hash(shopper),
        at: delivery.receivedAt,
        addedMs: isBearer(of.candidate, item) && of.candidate !== null ? addedLatencyMs(of.candidate, parts) : null,
        // One answer is one time, which its first item bears.
        times: timesOf(of, item),
        overheadMs: item === 0 ? (report?.overheadMs ?? null) : null,
      };
      count(streams, ended, { ...of, answering: of.answering });
    }
  }

  #at(key: StreamKey): (population: Population) => StreamTally {
    let streams = this.#streams;
    if (streams === null || !isSame(streams.key, key)) {
      streams = { key, of: new Map() };
      this.#streams = streams;
    }
    const { of } = streams;
    return (population) => {
      let stream = of.get(population);
      if (stream === undefined) {
        stream = this.#deps.tally.evidence({ ...key, route: this.#route, population });
        of.set(population, stream);
      }
      return stream;
    };
  }
}

/** Of a stream that is looked up anew when it changes. */
interface StreamKey {
  readonly scope: string;
  readonly legacyVersion: string;
  readonly candidateVersion: string;
  readonly rules: string;
}

function isSame(a: StreamKey, b: StreamKey): boolean {
  return (
    a.scope === b.scope &&
    a.legacyVersion === b.legacyVersion &&
    a.candidateVersion === b.candidateVersion &&
    a.rules === b.rules
  );
}

/** It is not the provider's. */
function isForged({ state }: Settled): boolean {
  return state.state === "skipped" && state.substate === "bad-signature";
}

interface EndedItem {
  readonly settled: Settled;
  readonly scope: EvidenceScope;
  readonly shopper: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly addedMs: number | null;
  readonly times: { readonly legacy: number | null; readonly candidate: number | null };
  readonly overheadMs: number | null;
}

type AnsweredParts = ItemParts & { readonly answering: SidePart };

/** An item is of one population by who was called, and of one by who answered. */
function count(streams: (population: Population) => StreamTally, ended: EndedItem, parts: AnsweredParts): void {
  const { settled, scope, shopper, at, times } = ended;
  const { legacy, candidate, answering } = parts;
  const answer = answerMarks(answering, scope);
  if (isPair(settled, parts) && legacy !== null && candidate !== null) {
    const { addedMs } = ended;
    const pair = { legacy: legacy.outcome, candidate: candidate.outcome, settled, addedMs };
    const stream = streams("pairs");
    stream.add(answerMarks(legacy, scope) | pairMarks(pair, scope), shopper, at);
    took(stream, ended, times);
    if (addedMs !== null && addedMs > 0) stream.took("added", addedMs);
  } else if (isHeldOut(settled, parts)) {
    const stream = streams("held-out");
    stream.add(answer, shopper, at);
    took(stream, ended, { legacy: times.legacy, candidate: null });
  }
  const isCandidates = answering.side === "candidate";
  const stream = streams(isCandidates ? "served-candidate" : "served-legacy");
  stream.add(answer, shopper, at);
  took(stream, ended, isCandidates ? { ...times, legacy: null } : { ...times, candidate: null });
}

function took(stream: StreamTally, { overheadMs }: EndedItem, { legacy, candidate }: EndedItem["times"]): void {
  if (legacy !== null) stream.took("legacy", legacy);
  if (candidate !== null) stream.took("candidate", candidate);
  if (overheadMs !== null) stream.took("overhead", overheadMs);
}

function timesOf({ legacy, candidate }: ItemParts, item: number): EndedItem["times"] {
  return { legacy: timeOf(legacy, item), candidate: timeOf(candidate, item) };
}

function timeOf(part: SidePart | null, item: number): number | null {
  return part?.outcome.kind === "answered" && isBearer(part, item) ? part.outcome.latencyMs : null;
}

function isBearer(part: SidePart | null, item: number): boolean {
  return part !== null && (part.errand?.items[0] ?? 0) === item;
}
