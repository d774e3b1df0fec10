import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Divergence, Json, Outcome, Verdict } from "../model/index.ts";
import { parseJson } from "../lib/exact-json.ts";
import { answered, compare, divergencesOf, sampleHash } from "./sample.ts";

const plainNames = ["id", "messages", "text", "__proto__", "constructor", "toString"];
const hiddenNames = ["", "0", "999010000042", "a/b~c", "zoe@example.com"];

const { json } = fc.letrec<{ json: Json; scalar: Json; object: Json; array: Json; wide: Json }>((tie) => ({
  json: fc.oneof({ maxDepth: 5 }, tie("scalar"), tie("object"), tie("array"), tie("wide")),
  scalar: fc.oneof(fc.constant(null), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
  object: fc
    .array(fc.tuple(fc.constantFrom(...plainNames, ...hiddenNames), tie("json")), { maxLength: 6 })
    .map((members) => Object.fromEntries(members)),
  array: fc.array(tie("json"), { maxLength: 6 }),
  // More members than deep-diff is shown.
  wide: fc.integer({ min: 33, max: 40 }).map((n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [i, i]))),
}));

const types = fc.constantFrom(
  "application/json",
  "text/xml",
  "text/plain",
  "text/plain; charset=utf-16",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=b",
  "image/png",
  null,
);
const codings = fc.constantFrom("identity", "gzip", "deflate", "br", "zstd", "gzip, br");
const bytes = fc.uint8Array({ maxLength: 200 }).map((body) => Buffer.from(body));

const judge = (legacy: Json, candidate: Json): Verdict =>
  compare(answered(JSON.stringify(legacy)), answered(JSON.stringify(candidate, null, 1)));

/** The same document with the members of every object in the opposite order. */
function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, child]: [string, Json]) => [name, reordered(child)]);
  return Object.fromEntries(members.toReversed());
}

type Keys = readonly (string | number)[];

function pathsIn(value: Json, at: Keys = []): readonly Keys[] {
  if (typeof value !== "object" || value === null) return [at];
  const children = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...children.flatMap(([key, child]: [string | number, Json]) => pathsIn(child, [...at, key]))];
}

/** A copy with another value at a place; undefined: without it. */
function plant(value: Json, [key, ...rest]: Keys, planted: Json): Json {
  if (key === undefined) return planted;
  if (Array.isArray(value)) return value.map((child: Json, i) => (i === key ? plant(child, rest, planted) : child));
  if (typeof value !== "object" || value === null) throw new Error("No such place");
  const members = Object.entries(value).map(([name, child]: [string, Json]) => [
    name,
    name === key ? plant(child, rest, planted) : child,
  ]);
  return Object.fromEntries(members);
}

const pointerOf = (keys: Keys): string =>
  [
    "/body",
    ...keys.map((key) => (typeof key === "number" || plainNames.includes(key) ? key : `{${sampleHash(key)}}`)),
  ].join("/");

const mirrored: Readonly<Partial<Record<Divergence["kind"], Divergence["kind"]>>> = {
  added: "removed",
  removed: "added",
};

/** The index of what both sides have is legacy's, whichever side that is. */
const placeOf = ({ path }: Divergence): string => path.replaceAll(/\/\d+(?=\/|$)/g, "/*");

const mirror = (divergence: Divergence): unknown => ({
  path: placeOf(divergence),
  kind: mirrored[divergence.kind] ?? divergence.kind,
  severity: divergence.severity,
  legacy: divergence.candidate,
  candidate: divergence.legacy,
});

const plain = ({ path, kind, severity, legacy, candidate }: Divergence): object => ({
  path,
  kind,
  severity,
  legacy,
  candidate,
});
const sorted = (divergences: readonly unknown[]): readonly string[] =>
  divergences.map((divergence) => JSON.stringify(divergence)).toSorted();

function expectMirrored(legacy: Outcome, candidate: Outcome): void {
  const there = compare(legacy, candidate, ["x-a"]);
  // Which ones are the first 100, that carry hashes, depends on the side that is gone through first.
  fc.pre(divergencesOf(there).length <= 100);
  const back = compare(candidate, legacy, ["x-a"]);
  expect(back.kind).toBe(there.kind);
  const inShort = (found: Divergence): unknown => ({ ...plain(found), path: placeOf(found) });
  expect(sorted(divergencesOf(back).map(inShort))).toEqual(sorted(divergencesOf(there).map(mirror)));
}

describe("any outcome", () => {
  it("matches itself: JSON, however it is laid out and ordered", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(judge(value, value)).toEqual({ kind: "match" });
        expect(judge(value, reordered(value))).toEqual({ kind: "match" });
      }),
    );
  });

  it("matches itself: any bytes of any type", () => {
    fc.assert(
      fc.property(bytes, types, codings, (body, type, coding) => {
        const headers = ["Content-Encoding", coding];
        const copy = Buffer.from(body);
        expect(compare(answered(body, { type, headers }), answered(copy, { type, headers }))).toEqual({
          kind: "match",
        });
      }),
    );
  });

  it("gets a verdict whatever the other side answered", () => {
    const outcome = fc
      .record({
        body: fc.oneof(bytes, fc.string()),
        type: types,
        coding: fc.option(codings),
        status: fc.constantFrom(200, 500),
      })
      .map(({ body, type, coding, status }) =>
        answered(body, { type, status, headers: coding === null ? [] : ["content-encoding", coding] }),
      );
    fc.assert(
      fc.property(outcome, outcome, (legacy, candidate) => {
        expect(["match", "divergent", "not-comparable"]).toContain(compare(legacy, candidate).kind);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("swapping the sides", () => {
  it("mirrors what is said of JSON", () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        expectMirrored(answered(JSON.stringify(one)), answered(JSON.stringify(other)));
      }),
      { numRuns: 500 },
    );
  });

  it("mirrors what is said of bodies of any type, of headers and of statuses", () => {
    const outcome = fc
      .record({
        body: fc.oneof(bytes, fc.lorem({ mode: "sentences" })),
        type: types,
        value: fc.string(),
        status: fc.nat(599),
      })
      .map(({ body, type, value, status }) =>
        answered(body, { type, status, headers: value === "" ? [] : ["X-A", value] }),
      );
    fc.assert(fc.property(outcome, outcome, expectMirrored), { numRuns: 500 });
  });
});

describe("a planted change", () => {
  const withPlace = json.chain((value) => fc.tuple(fc.constant(value), fc.constantFrom(...pathsIn(value))));

  it("is the one thing found, at its place", () => {
    fc.assert(
      fc.property(withPlace, ([value, keys]) => {
        const found = divergencesOf(judge(value, plant(value, keys, "planted, and not in any document")));
        expect(found.map(({ path }) => path)).toEqual([pointerOf(keys)]);
        expect(["changed", "type"]).toContain(found[0]?.kind);
      }),
      { numRuns: 1000 },
    );
  });

  it("is found where a member is added or removed", () => {
    const objects = fc.dictionary(fc.constantFrom(...plainNames, "other"), json);
    fc.assert(
      fc.property(withPlace, objects, fc.constantFrom("planted", "__proto_", ""), ([value, keys], object, name) => {
        const rest = Object.entries(object).filter(([key]) => key !== name);
        const without = plant(value, keys, Object.fromEntries(rest));
        const within = plant(value, keys, Object.fromEntries([...rest, [name, null]]));
        const path = name === "" ? `${pointerOf(keys)}/{${sampleHash("")}}` : `${pointerOf(keys)}/${name}`;
        expect(divergencesOf(judge(without, within)).map(plain)).toEqual([
          expect.objectContaining({ path, kind: "added" }),
        ]);
        expect(divergencesOf(judge(within, without)).map(plain)).toEqual([
          expect.objectContaining({ path, kind: "removed" }),
        ]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a verdict", () => {
  // The first character keeps a value from being one of the verdict's own words.
  const value = fc.string({ minLength: 6, unit: "grapheme" }).map((text) => `§${text}`);

  function expectHidden(verdict: Verdict, values: readonly string[]): void {
    const shown = JSON.stringify(verdict);
    expect(verdict.kind).toBe("divergent");
    for (const hidden of values) {
      expect(shown).not.toContain(hidden);
      expect(shown).not.toContain(JSON.stringify(hidden).slice(1, -1));
    }
  }

  it("shows no value of JSON, nor a name that may be one", () => {
    const name = fc.oneof(fc.emailAddress(), fc.stringMatching(/^\d{6,15}$/), fc.uuid(), value);
    fc.assert(
      fc.property(value, value, name, (one, other, key) => {
        fc.pre(one !== other);
        const legacy = { text: one, list: [one, { [key]: one }], only: one };
        const candidate = { text: other, list: [other, { [key]: other }, other], [key]: other };
        expectHidden(judge(legacy, candidate), [one, other, key]);
      }),
    );
  });

  it("shows no value of text, forms and headers", () => {
    fc.assert(
      fc.property(value, value, types, (one, other, type) => {
        fc.pre(one !== other);
        const legacy = answered(`name=${one}&${one}=1`, { type, headers: ["X-A", one] });
        const candidate = answered(`name=${other}&${other}=1`, { type, headers: ["X-A", other] });
        expectHidden(compare(legacy, candidate, ["x-a"]), [one, other]);
      }),
    );
  });
});

it("parsing keeps a member called __proto__, on which the above relies", () => {
  expect(Object.keys(Object(parseJson('{"__proto__":1}')))).toEqual(["__proto__"]);
});
