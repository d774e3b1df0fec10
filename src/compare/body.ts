import type { Answer } from "../model/index.ts";
import { contentCodings, decodeBody } from "./decode.ts";
import { diff } from "./diff.ts";
import type { Finding } from "./divergence.ts";
import { MAX_DIVERGENCES, MAX_HASHED } from "./divergence.ts";
import { headerValues } from "./header-values.ts";
import type { Json } from "./json.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import type { Lifted } from "./lift.ts";
import { lift } from "./lift.ts";
import type { BodyClass } from "./media.ts";
import { bodyClassOf } from "./media.ts";
import { NotComparable } from "./not-comparable.ts";
import type { Path } from "./path.ts";
import { createPlaces } from "./path.ts";
import type { Value } from "./redact.ts";
import { describe, redact } from "./redact.ts";
import { severityOfBody } from "./severity.ts";

/** Two complete answers. */
export interface Answers {
  readonly legacy: Answer;
  readonly candidate: Answer;
}

const BODY: Path = { parent: null, key: "body" };

/** The same bytes read the same way: all that most pairs need. */
export function haveSameBody(answers: Answers): boolean {
  const { legacy, candidate } = answers;
  if (legacy.body === null || candidate.body === null || !legacy.body.equals(candidate.body)) return false;
  if (legacy.body.length === 0) return true;
  const classes = classesOf(answers);
  return (
    classes.legacy === classes.candidate &&
    contentCodings(legacy.rawHeaders).join() === contentCodings(candidate.rawHeaders).join()
  );
}

export function* compareBodies(answers: Answers, hash: KeyedHash): Generator<Finding, void> {
  if (haveSameBody(answers)) return;
  if (answers.legacy.body === null || answers.candidate.body === null) throw new NotComparable("body-too-large");
  const classes = classesOf(answers);
  const legacy = liftBody(answers.legacy.body, answers.legacy.rawHeaders, classes.legacy);
  const candidate = liftBody(answers.candidate.body, answers.candidate.rawHeaders, classes.candidate);
  const severity = severityOfBody(answers.legacy.status, answers.candidate.status);
  const placeOf = createPlaces(hash);

  const kind = kindOfWhole(legacy, candidate);
  if (kind !== null) {
    const values = { legacy: redact(wholeOf(legacy), hash), candidate: redact(wholeOf(candidate), hash) };
    yield { place: placeOf(BODY), kind, severity, ...values };
    return;
  }
  const documents = { path: BODY, legacy: partsOf(legacy), candidate: partsOf(candidate) };
  for (const [i, found] of diff(documents, MAX_DIVERGENCES).entries()) {
    const show = i < MAX_HASHED ? (value: Value) => redact(value, hash) : describe;
    const values = { legacy: show(found.legacy), candidate: show(found.candidate) };
    yield { place: placeOf(found.path), kind: found.kind, severity, ...values };
  }
}

/** A side without a declared type is read as the other one declares it; where neither does, as JSON, text or bytes. */
function classesOf({ legacy, candidate }: Answers): { readonly legacy: BodyClass; readonly candidate: BodyClass } {
  const ours = bodyClassOf(headerValues(legacy.rawHeaders, "content-type")[0]);
  const theirs = bodyClassOf(headerValues(candidate.rawHeaders, "content-type")[0]);
  return { legacy: ours ?? theirs ?? "json", candidate: theirs ?? ours ?? "json" };
}

function liftBody(body: Buffer, rawHeaders: readonly string[], declared: BodyClass): Lifted {
  return lift(decodeBody(body, contentCodings(rawHeaders)), declared);
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
    case "json":
      return lifted.value;
    case "form":
      return lifted.fields;
    case "text":
      return lifted.text;
    case "bytes":
      return lifted.bytes;
    case "empty":
      return undefined;
  }
}

/** What is compared part by part; bytes and nothing have no parts. */
function partsOf(lifted: Lifted): Json {
  switch (lifted.class) {
    case "json":
      return lifted.value;
    case "form":
      return lifted.fields;
    case "text":
      return { lines: lifted.text.split("\n") };
    case "bytes":
    case "empty":
      return null;
  }
}
