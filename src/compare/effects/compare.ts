import type { BodyDigest, Divergence, Effect } from "../../model/index.ts";
import type { AlignmentAt } from "../align.ts";
import { diff } from "../diff.ts";
import type { Pairing } from "../difference.ts";
import type { Finding, JudgeDeps } from "../divergence.ts";
import { MAX_DIVERGENCES, Writer } from "../divergence.ts";
import type { Path } from "../path.ts";
import { unmarked } from "../../lib/exact-text.ts";
import { createPlaces } from "../path.ts";
import { alignmentBy } from "../rules/book.ts";
import type { Subject } from "../subject.ts";
import { idDifferences, type IdRules, idRules, type IsHeld } from "./ids.ts";
import { type EffectPair, matchEffects } from "./match.ts";
import { createPaths, type Paths } from "./paths.ts";
import { isMeantWithin, ORDER_SEVERITY, severityOfEffect, severityOfReference, severityWithin } from "./severity.ts";

/** What two sides did outside for one item, each in the order in which it did it. */
export interface EffectLists extends Subject {
  readonly legacy: readonly Effect[];
  readonly candidate: readonly Effect[];
}

export interface CompareEffectsDeps extends JudgeDeps {
  readonly isHeld: IsHeld;
}

/** A difference whose place is not rendered yet. */
interface Raw extends Omit<Finding, "place"> {
  readonly path: Path;
}

/**
 * How the effects of two sides differ; nothing where they match. At most `MAX_DIVERGENCES` that count, whole effects before
 * what is inside them. Pure; never throws; reveals no value.
 */
export function compareEffects(lists: EffectLists, deps: CompareEffectsDeps): readonly Divergence[] {
  const writer = new Writer(lists, "effect", deps);
  const placeOf = createPlaces(deps.hash);
  const alignmentAt = alignmentBy(deps.rules.of(lists, "effect"), placeOf);
  for (const { path, ...found } of differences(lists, { isHeld: deps.isHeld, alignmentAt })) {
    writer.write({ ...found, place: placeOf(path) });
    if (!writer.open) break;
  }
  return writer.written;
}

/** Whether nothing differs that counts: what is still to come can only make it worse. */
export function isComplete(lists: EffectLists, deps: CompareEffectsDeps): boolean {
  const writer = new Writer(lists, "effect", deps);
  const placeOf = createPlaces(deps.hash);
  const alignmentAt = alignmentBy(deps.rules.of(lists, "effect"), placeOf);
  for (const { path, ...found } of differences(lists, { isHeld: deps.isHeld, alignmentAt })) {
    if (writer.judge({ ...found, place: placeOf(path) }).noise === null) return false;
  }
  return true;
}

type Sides = Pick<EffectLists, "legacy" | "candidate">;

interface Looking {
  readonly isHeld: IsHeld;
  readonly alignmentAt: AlignmentAt;
}

function* differences(sides: Sides, { isHeld, alignmentAt }: Looking): Generator<Raw, void> {
  const { pairs, missing, extra, duplicated, reordered } = matchEffects(sides.legacy, sides.candidate);
  const paths = createPaths(sides);
  for (const effect of missing) yield { ...lone(effect, paths), kind: "missing", legacy: effect.payload };
  for (const effect of extra) yield { ...lone(effect, paths), kind: "extra", candidate: effect.payload };
  for (const { effect, legacy, candidate } of duplicated) {
    yield { ...lone(effect, paths), kind: "duplicated", legacy, candidate, shown: true };
  }
  for (const order of reordered) {
    const [ours, theirs] = [order.legacy, order.candidate].map((all) => all.map(({ payload }) => payload));
    yield {
      path: paths.ofOrder(order.legacy),
      kind: "reordered",
      severity: ORDER_SEVERITY,
      legacy: ours,
      candidate: theirs,
    };
  }
  const within = { paths, ids: idRules(isHeld, sides), alignmentAt };
  for (const pair of pairs) yield* differencesOf(pair, within);
}

function lone(effect: Effect, paths: Paths): Omit<Raw, "kind"> {
  return { path: paths.of(effect), severity: severityOfEffect(effect), legacy: undefined, candidate: undefined };
}

interface Within {
  readonly paths: Paths;
  readonly ids: IdRules;
  readonly alignmentAt: AlignmentAt;
}

function* differencesOf(pair: EffectPair, { paths, ids, alignmentAt }: Within): Generator<Raw, void> {
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
    for (const { path, kind, ...values } of diff([payloads(pair, base)], { limit: MAX_DIVERGENCES, alignmentAt })) {
      const names = namesBelow(base, path);
      const found = { path, kind, severity: severityWithin(legacy, names), ...values };
      if (path.key === DIGEST) yield { ...found, certain: true };
      else yield isMeantWithin(legacy, names) ? { ...found, meant: true } : found;
    }
  }
  for (const { key, ...values } of idDifferences(pair, ids)) {
    const path = key === "message_id" ? { parent: base, key } : { parent: { parent: base, key: "media" }, key };
    yield changed(path, severityOfReference(legacy), [values.legacy, values.candidate]);
  }
}

/** What stands for the bytes of a file or of a body: it looks random, and another one is another file. */
const DIGEST: keyof BodyDigest = "sha256";

function changed(
  path: Path,
  severity: Raw["severity"],
  [legacy, candidate]: readonly [string | null, string | null],
): Raw {
  return { path, kind: "changed", severity, legacy, candidate, certain: true };
}

function payloads({ legacy, candidate }: EffectPair, path: Path): Pairing {
  return { path, legacy: unmarked(legacy.payload), candidate: unmarked(candidate.payload) };
}

function namesBelow(base: Path, path: Path): readonly (string | number)[] {
  const names: (string | number)[] = [];
  for (let at: Path | null = path; at !== null && at !== base; at = at.parent) names.unshift(at.key);
  return names;
}
