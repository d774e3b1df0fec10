import type { Answer, Json } from "../../model/index.ts";
import { contentCodings, decodeBody } from "../decode.ts";
import { headerValues } from "../header-values.ts";
import { mediaOf, UNDECLARED, type Media } from "../media.ts";
import { changesOf, type Keys } from "./document.ts";
import { generalOf } from "./general.ts";
import { isArray, isObject, parseJson } from "./json.ts";
import type { Mutation, Planted, SamplePair, Site } from "./pair.ts";

const PLANTED = "planted";

/** Where the answer of a pair's candidate can be changed. */
export function answerSites(pair: SamplePair, max: number): readonly Site[] {
  const { answers } = pair;
  if (answers === null) return [];
  const { candidate } = answers;
  const plant: Plant = ({ what, keys, near = false }, answer) => ({
    what,
    plant: (): Planted => {
      return { mutated: { ...pair, answers: { ...answers, candidate: answer() } }, what, place: generalOf(keys), near };
    },
  });
  const status = plant({ what: "status-changed", keys: ["status"] }, () => {
    return { ...candidate, status: otherStatus(candidate.status) };
  });
  const headers = answers.rules.headers.map((name) =>
    plant({ what: "header-changed", keys: ["headers", name] }, () => withOtherField(candidate, name)),
  );
  return [status, ...headers, ...bodySites(candidate, plant, max)];
}

/** Of another class, so that it is grave whatever the table says of the class itself. */
function otherStatus(status: number): number {
  return status >= 500 ? 200 : 500;
}

type Plant = (at: { what: Mutation; keys: Keys; near?: boolean }, answer: () => Answer) => Site;

function bodySites(answer: Answer, plant: Plant, max: number): readonly Site[] {
  const body = plainBody(answer);
  if (body === null || body.length === 0) return [];
  const withBody = (bytes: string | Buffer): Answer => ({
    ...answer,
    rawHeaders: without("content-encoding", answer.rawHeaders),
    body: Buffer.from(bytes),
  });
  const document = documentOf(answer, body);
  if (document !== null) {
    return changesOf(document, max).map(({ what, keys, near, changed }) =>
      plant({ what, keys: ["body", ...keys], near }, () => withBody(JSON.stringify(changed()))),
    );
  }
  // Whatever is read line by line, field by field or as bytes has one more of them, or another one.
  return [plant({ what: "value-changed", keys: ["body"] }, () => withBody(otherBytes(answer, body)))];
}

/** null: not kept, or its coding cannot be undone. */
function plainBody({ body, rawHeaders }: Answer): Buffer | null {
  try {
    return body === null ? null : decodeBody(body, contentCodings(rawHeaders));
  } catch {
    return null;
  }
}

/** null: no JSON object or array. */
function documentOf(answer: Answer, body: Buffer): Json | null {
  if (declaredIn(answer).class !== "json") return null;
  try {
    const document = parseJson(body.toString("utf8"));
    return isObject(document) || isArray(document) ? document : null;
  } catch {
    return null;
  }
}

function declaredIn({ rawHeaders }: Answer): Media {
  return mediaOf(headerValues(rawHeaders, "content-type")[0]) ?? UNDECLARED;
}

function otherBytes(answer: Answer, body: Buffer): Buffer {
  const text = body.toString("latin1");
  switch (declaredIn(answer).class) {
    case "xml":
      // Before the first end of an element: a text of its own.
      return inserted(text, text.indexOf("</"), ` ${PLANTED}`);
    case "multipart":
      // Behind the first head of a part: what follows the last one is no part of it.
      return inserted(text, text.indexOf(END_OF_HEAD) + END_OF_HEAD.length, `${PLANTED} `);
    case "form":
      return Buffer.from(`${text}&${PLANTED}=1`, "latin1");
    default:
      return Buffer.from(`${text} ${PLANTED}`, "latin1");
  }
}

const END_OF_HEAD = "\r\n\r\n";

function inserted(text: string, at: number, what: string): Buffer {
  const place = at < 0 ? text.length : at;
  return Buffer.from(text.slice(0, place) + what + text.slice(place), "latin1");
}

/** Another value of a field, and never one of those that are new each time; one value where there was none. */
function withOtherField(answer: Answer, name: string): Answer {
  const [value] = headerValues(answer.rawHeaders, name);
  // What stands at the end of a type may be a boundary, which is not compared.
  const planted = value === undefined || value === "" ? PLANTED : `${PLANTED} ${value}`;
  return { ...answer, rawHeaders: [...without(name, answer.rawHeaders), name, planted] };
}

function without(field: string, rawHeaders: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    if (name.toLowerCase() !== field) kept.push(name, value);
  }
  return kept;
}
