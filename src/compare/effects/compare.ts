import type { Divergence, DivergenceKind, Effect, Severity } from "../../model/index.ts";
import { diff } from "../diff.ts";
import type { Pairing } from "../difference.ts";
import type { Subject } from "../divergence.ts";
import { MAX_DIVERGENCES, MAX_HASHED, sign } from "../divergence.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import type { Path } from "../path.ts";
import { createPlaces } from "../path.ts";
import type { Value } from "../redact.ts";
import { describe, redact } from "../redact.ts";
import { idDifferences, type IdRules, idRules, type IsHeld } from "./ids.ts";
import { type EffectPair, matchEffects } from "./match.ts";
import { createPaths, type Paths, SENDS } from "./paths.ts";
import { ORDER_SEVERITY, severityOfEffect, severityOfReference, severityWithin } from "./severity.ts";

/** What two sides did outside for one item, each in the order in which it did it. */
export interface EffectLists extends Subject {
  readonly legacy: readonly Effect[];
  readonly candidate: readonly Effect[];
}

export interface CompareEffectsDeps {
  /** Stands in for every value; see `createKeyedHash`. */
  readonly hash: KeyedHash;
  readonly isHeld: IsHeld;
}

/** A difference with its values as they are; numbers of whole effects are shown. */
interface Raw {
  readonly path: Path;
  readonly kind: DivergenceKind;
  readonly severity: Severity;
  readonly legacy: Value;
  readonly candidate: Value;
  readonly counts?: true;
}

/**
 * How the effects of two sides differ; nothing where they match. At most `MAX_DIVERGENCES`, whole effects before what is
 * inside them. Pure; never throws; reveals no value.
 */
export function compareEffects(lists: EffectLists, { hash, isHeld }: CompareEffectsDeps): readonly Divergence[] {
  const divergences: Divergence[] = [];
  const placeOf = createPlaces(hash);
  for (const { path, legacy, candidate, counts, ...found } of differences(lists, isHeld)) {
    const show = (value: Value) => {
      if (counts === true && typeof value === "number") return value;
      return divergences.length < MAX_HASHED ? redact(value, hash) : describe(value);
    };
    const finding = { ...found, place: placeOf(path), legacy: show(legacy), candidate: show(candidate) };
    divergences.push(sign(lists, finding, "effect"));
    if (divergences.length === MAX_DIVERGENCES) break;
  }
  return divergences;
}

/** Whether nothing differs: what is still to come can only make it worse. */
export function isComplete(
  legacy: readonly Effect[],
  candidate: readonly Effect[],
  { isHeld }: Pick<CompareEffectsDeps, "isHeld">,
): boolean {
  return differences({ legacy, candidate }, isHeld).next().done === true;
}

type Sides = Pick<EffectLists, "legacy" | "candidate">;

function* differences(sides: Sides, isHeld: IsHeld): Generator<Raw, void> {
  const { pairs, missing, extra, duplicated, reordered } = matchEffects(sides.legacy, sides.candidate);
  const paths = createPaths(sides);
  for (const effect of missing) yield { ...lone(effect, paths), kind: "missing", legacy: effect.payload };
  for (const effect of extra) yield { ...lone(effect, paths), kind: "extra", candidate: effect.payload };
  for (const { effect, legacy, candidate } of duplicated) {
    yield { ...lone(effect, paths), kind: "duplicated", legacy, candidate, counts: true };
  }
  for (const order of reordered) {
    const [ours, theirs] = [order.legacy, order.candidate].map((sends) => sends.map(({ payload }) => payload));
    yield { path: SENDS, kind: "reordered", severity: ORDER_SEVERITY, legacy: ours, candidate: theirs };
  }
  const rules = idRules(isHeld, sides);
  for (const pair of pairs) yield* differencesOf(pair, paths, rules);
}

function lone(effect: Effect, paths: Paths): Omit<Raw, "kind"> {
  return { path: paths.of(effect), severity: severityOfEffect(effect), legacy: undefined, candidate: undefined };
}

function* differencesOf(pair: EffectPair, paths: Paths, rules: IdRules): Generator<Raw, void> {
  const { legacy, candidate } = pair;
  const base = paths.ofPair(pair);
  if (legacy.recipient !== candidate.recipient) {
    yield changed({ parent: base, key: "recipient" }, "critical", [legacy.recipient, candidate.recipient]);
  }
  // Not every provider's address names the number.
  if (legacy.phone !== candidate.phone && legacy.phone !== null && candidate.phone !== null) {
    yield changed({ parent: base, key: "phone_number_id" }, severityOfReference(legacy), [
      legacy.phone,
      candidate.phone,
    ]);
  }
  if (legacy.kind !== candidate.kind && legacy.operation === "send") {
    // Messages of two kinds have nothing in common that could be told apart.
    yield changed({ parent: base, key: "type" }, "critical", [legacy.kind, candidate.kind]);
    return;
  }
  if (!pair.alike) {
    for (const { path, kind, ...values } of diff(payloads(pair, base), MAX_DIVERGENCES)) {
      yield { path, kind, severity: severityWithin(legacy, namesBelow(base, path)), ...values };
    }
  }
  for (const { key, ...values } of idDifferences(pair, rules)) {
    const path = key === "message_id" ? { parent: base, key } : { parent: { parent: base, key: "media" }, key };
    yield changed(path, severityOfReference(legacy), [values.legacy, values.candidate]);
  }
}

function changed(path: Path, severity: Severity, [legacy, candidate]: readonly [string | null, string | null]): Raw {
  return { path, kind: "changed", severity, legacy, candidate };
}

function payloads({ legacy, candidate }: EffectPair, path: Path): Pairing {
  return { path, legacy: legacy.payload, candidate: candidate.payload };
}

function namesBelow(base: Path, path: Path): readonly (string | number)[] {
  const names: (string | number)[] = [];
  for (let at: Path | null = path; at !== null && at !== base; at = at.parent) names.unshift(at.key);
  return names;
}
