import type { Answer } from "../model/index.ts";
import type { AlignmentAt } from "./align.ts";
import { isUtf8Name } from "./charset.ts";
import { contentCodings, decodeBody } from "./decode.ts";
import { diff } from "./diff.ts";
import type { Pairing } from "./difference.ts";
import type { Finding } from "./divergence.ts";
import { MAX_DIVERGENCES } from "./divergence.ts";
import { headerValues } from "./header-values.ts";
import type { Node } from "./json.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import type { Lifted } from "./lift.ts";
import { lift, linesOf } from "./lift.ts";
import type { Media } from "./media.ts";
import { mediaOf, UNDECLARED } from "./media.ts";
import { NotComparable } from "./not-comparable.ts";
import type { Path, Place } from "./path.ts";
import { createPlaces } from "./path.ts";
import type { Value } from "./redact.ts";
import { alignmentBy, type RulesOf } from "./rules/book.ts";
import { isReply, severityOfBody, severityOfMember } from "./severity.ts";
import { type Bodies, unequalValues } from "./unequal.ts";

/** Two complete answers. */
export interface Answers {
  readonly legacy: Answer;
  readonly candidate: Answer;
}

export interface BodyDeps {
  readonly hash: KeyedHash;
  /** Of answers to items of this kind; null: there are none. */
  readonly rules: () => RulesOf | null;
  readonly textReplies: boolean;
}

interface Medias {
  readonly legacy: Media;
  readonly candidate: Media;
}

/** Where so many differences are all noise, what comes behind them cannot be known. */
const MAX_LOOKED_AT = 20_000;

const BODY: Path = { parent: null, key: "body" };

/** The same bytes read the same way: all that most pairs need. */
export function haveSameBody(answers: Answers): boolean {
  const { legacy, candidate } = answers;
  if (legacy.body === null || candidate.body === null || !legacy.body.equals(candidate.body)) return false;
  if (legacy.body.length === 0) return true;
  return isReadAlike(answers) && haveSameCodings(answers);
}

function haveSameCodings({ legacy, candidate }: Answers): boolean {
  const ours = contentCodings(legacy.rawHeaders);
  const theirs = contentCodings(candidate.rawHeaders);
  return ours.length === theirs.length && (ours.length === 0 || ours.join() === theirs.join());
}

export function* compareBodies(answers: Answers, { hash, rules, textReplies }: BodyDeps): Generator<Finding, void> {
  if (haveSameBody(answers)) return;
  if (answers.legacy.body === null || answers.candidate.body === null) throw new NotComparable("body-too-large");
  const media = mediaOfBoth(answers);
  const ours = decodeBody(answers.legacy.body, contentCodings(answers.legacy.rawHeaders));
  const theirs = decodeBody(answers.candidate.body, contentCodings(answers.candidate.rawHeaders));
  const placeOf = createPlaces(hash);
  const alignmentAt = alignmentBy(rules(), placeOf);
  const values = unequalIn({ path: BODY, legacy: ours, candidate: theirs }, media, alignmentAt);
  if (values !== null) {
    const severity = severityOfBody(answers.legacy.status, answers.candidate.status);
    yield* findingsIn(values, { alignmentAt, placeOf, severity });
    return;
  }
  const legacy = lift(ours, media.legacy);
  const candidate = lift(theirs, media.candidate);
  const isText = textReplies && [legacy, candidate].some((body) => body.class === "text");
  const severity = severityOfWhole(answers, [legacy, candidate], isText);
  // A link in what the shopper reads may be somebody else's.
  const meant: Pick<Finding, "meant"> = isText ? { meant: true } : {};

  const kind = kindOfWhole(legacy, candidate);
  if (kind !== null) {
    yield { place: placeOf(BODY), kind, severity, legacy: wholeOf(legacy), candidate: wholeOf(candidate), ...meant };
    return;
  }
  const documents = { path: BODY, legacy: partsOf(legacy), candidate: partsOf(candidate) };
  yield* findingsIn([documents], { alignmentAt, placeOf, severity, ...meant });
}

/** Where both are JSON, what is not written alike; null: they have to be read whole. */
function unequalIn(bodies: Bodies, media: Medias, alignmentAt: AlignmentAt): readonly Pairing[] | null {
  return isPlainJson(media.legacy) && isPlainJson(media.candidate) ? unequalValues(bodies, alignmentAt) : null;
}

function isPlainJson({ class: is, charset }: Media): boolean {
  return is === "json" && (charset === null || isUtf8Name(charset));
}

interface Within extends Pick<Finding, "severity" | "meant"> {
  readonly alignmentAt: AlignmentAt;
  readonly placeOf: (path: Path) => Place;
}

function* findingsIn(parts: readonly Pairing[], within: Within): Generator<Finding, void> {
  const { alignmentAt, placeOf, severity, ...meant } = within;
  let seen = 0;
  for (const limit of [MAX_DIVERGENCES, MAX_LOOKED_AT]) {
    const differences = diff(parts, { limit, alignmentAt });
    for (const { path, kind: how, ...values } of differences.slice(seen)) {
      const place = placeOf(path);
      yield { place, kind: how, severity: severityOfMember(path, severity), ...values, ...meant };
    }
    if (differences.length < limit) return;
    // Whoever looks no further has found enough that counts.
    seen = differences.length;
  }
  throw new NotComparable("too-many-differences");
}

/** Nearly always both sides declare the same, in the same words. */
function isReadAlike(answers: Answers): boolean {
  if (contentTypeOf(answers.legacy) === contentTypeOf(answers.candidate)) return true;
  const { legacy, candidate } = mediaOfBoth(answers);
  return (
    legacy.class === candidate.class && legacy.charset === candidate.charset && legacy.boundary === candidate.boundary
  );
}

/** A side without a declared type is read as the other one declares it. */
function mediaOfBoth({ legacy, candidate }: Answers): Medias {
  const ours = mediaOf(contentTypeOf(legacy));
  const theirs = mediaOf(contentTypeOf(candidate));
  return { legacy: ours ?? theirs ?? UNDECLARED, candidate: theirs ?? ours ?? UNDECLARED };
}

function contentTypeOf({ rawHeaders }: Answer): string | undefined {
  return headerValues(rawHeaders, "content-type")[0];
}

function severityOfWhole({ legacy, candidate }: Answers, bodies: readonly Lifted[], isText: boolean) {
  if (bodies.some(isReply)) return "critical";
  // The shopper reads it.
  if (isText) return "major";
  return severityOfBody(legacy.status, candidate.status);
}

/** How the bodies differ as a whole; null where the answer lies in their parts. */
function kindOfWhole(legacy: Lifted, candidate: Lifted): "added" | "removed" | "changed" | "type" | null {
  if (legacy.class === "bytes" && candidate.class === "bytes") {
    return Buffer.compare(legacy.bytes, candidate.bytes) === 0 ? null : "changed";
  }
  if (legacy.class === candidate.class) return null;
  if (legacy.class === "empty") return "added";
  return candidate.class === "empty" ? "removed" : "type";
}

function wholeOf(lifted: Lifted): Value {
  switch (lifted.class) {
    case "empty":
      return undefined;
    case "text":
      return lifted.text;
    case "bytes":
      return lifted.bytes;
    default:
      return lifted.value;
  }
}

/** What is compared part by part; bytes and nothing have no parts. */
function partsOf(lifted: Lifted): Node {
  switch (lifted.class) {
    case "empty":
    case "bytes":
      return null;
    case "text":
      return { lines: linesOf(lifted.text) };
    default:
      return lifted.value;
  }
}
