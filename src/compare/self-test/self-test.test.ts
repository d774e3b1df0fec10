import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Effect, Json } from "../../model/index.ts";
import { sampleEffect, text } from "../effects/sample.ts";
import { mutations, type SamplePair } from "./pair.ts";
import { plant, sitesOf } from "./plant.ts";
import { kindsOf, missed, rule, trialDeps, triedAll } from "./sample.ts";
import { createScore } from "./score.ts";
import { syntheticPairs } from "./synthetic.ts";
import { tried } from "./trial.ts";

const subject = { route: "default", itemKind: "message.text" };
const none = { legacy: [], candidate: [] };

function answered(body: Json): SamplePair {
  const answer = {
    status: 200,
    rawHeaders: ["content-type", "application/json"],
    body: Buffer.from(JSON.stringify(body)),
  };
  return { ...subject, answers: { legacy: answer, candidate: answer, rules: { headers: [] } }, effects: none };
}

function did(...effects: readonly Effect[]): SamplePair {
  return { ...subject, answers: null, effects: { legacy: effects, candidate: effects } };
}

const synthetic = syntheticPairs(subject, []);

describe("without rules", () => {
  it("every mutation of the pairs that are made up is found, and every kind there is can be planted in one", () => {
    expect(missed(synthetic)).toEqual([]);
    expect([...kindsOf(synthetic)].toSorted()).toEqual([...mutations].toSorted());
  });

  it("every mutation of any document is found", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const [document]: Json[] = [JSON.parse(JSON.stringify({ a: [value], b: value }))];
        expect(missed([answered(document ?? null)])).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("every mutation of any effects is found", () => {
    const word = fc.constantFrom("a", "b", "ab");
    const effect = fc.oneof(
      fc
        .tuple(word, fc.constantFrom("1", "2", null), fc.boolean())
        .map(([said, recipient, succeeded]) => text(said, { recipient, succeeded })),
      fc
        .tuple(fc.constantFrom("mark-read", "media", "write", "event", "read"), word, fc.jsonValue({ maxDepth: 2 }))
        .map(([operation, target, value]) => {
          const payload: Json = JSON.parse(JSON.stringify({ value }));
          return sampleEffect({ operation, kind: operation, recipient: null, target, payload });
        }),
    );
    fc.assert(
      fc.property(fc.array(effect, { maxLength: 6 }), (effects) => {
        expect(missed([did(...effects)])).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });

  it("every mutation of bytes of any type is found", () => {
    const types = [
      "text/plain",
      "text/xml",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=b",
      "x/y",
    ];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.constantFrom(...types), (bytes, type) => {
        const answer = { status: 200, rawHeaders: ["content-type", type], body: Buffer.from(bytes) };
        const answers = { legacy: answer, candidate: answer, rules: { headers: ["content-type", "etag"] } };
        expect(missed([{ ...subject, answers, effects: none }])).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });
});

describe("a rule", () => {
  const moved = {
    status: 302,
    rawHeaders: ["content-type", "text/plain", "location", "/a"],
    body: Buffer.from("moved"),
  };
  const redirect: SamplePair = {
    ...subject,
    answers: { legacy: moved, candidate: moved, rules: { headers: ["content-type", "location"] } },
    effects: none,
  };
  const receipt = answered({ id: 7, status: "sent", items: [{ name: "a" }, { name: "b" }] });

  it("that names a header field is a decision, of that field alone", () => {
    const named = [rule("places", "/headers/location")];
    const fields = triedAll(redirect, named).filter((trial) => trial?.what === "header-changed");
    expect([fields, missed([redirect], named)]).toEqual([[{ what: "header-changed", found: true }], []]);
  });

  it("that names a place exactly is a decision, and nothing is planted there", () => {
    expect(triedAll(receipt, [rule("ids", "/body/id")]).filter((trial) => trial === null)).toHaveLength(3);
    expect(missed([receipt], [rule("ids", "/body/id")])).toEqual([]);
    expect(missed([receipt], [rule("names", "/body/items/*/name")])).toEqual([]);
  });

  it.each([
    ["everything below a place", rule("broad", "/body/**"), "value-changed /body/id: broad"],
    ["all fields of the head", rule("head", "/headers/**"), "header-changed /headers/location: head"],
    ["any member", rule("any", "/body/*"), "field-dropped /body/status: any"],
    [
      "whatever stands in texts",
      rule("mask", "/body/**", { kind: "mask", patterns: [".*"] }),
      "value-changed /body/status: mask",
    ],
    [
      "numbers however far apart",
      rule("far", "/body/**", { kind: "tolerance", absolute: 1e9, relative: null, ms: null }),
      "value-changed /body/id: far",
    ],
  ])("that hides %s blinds, and is named", (_what, broad, hidden) => {
    expect(missed([receipt, redirect], [rule("other", "/body/none"), broad])).toContain(hidden);
  });

  it("whose masks take longer than this thread can be held is named, and in no share", () => {
    const long = answered({ said: "pedido ".repeat(580), id: 1 });
    const costly = rule("costly", "/body/**", { kind: "mask", patterns: ["(?:[a-z ]{1,200})[0-9]"] });
    const score = createScore();
    for (const trial of triedAll(long, [rule("other", "/body/none"), costly])) {
      if (trial !== null) score.add("default", trial);
    }
    const { untried, hidden, sensitivity } = score.report();
    expect(untried).toEqual([{ rule: "costly", route: "default", count: expect.any(Number) }]);
    expect([hidden, sensitivity]).toEqual([[], 1]);
    expect(triedAll(answered({ said: "pedido", id: 1 }), [costly]).some((trial) => trial?.found === null)).toBe(false);
  });

  const tolerance = (some: object) =>
    ({ kind: "tolerance", absolute: null, relative: null, ms: null, ...some }) as const;
  it.each([
    ["pictures", rule("r", "/effects/send.image/**"), "send-removed /effects/send.image: r"],
    [
      "buttons",
      rule("r", "/effects/send.interactive/**"),
      "text-changed /effects/send.interactive/*/interactive/type: r",
    ],
    ["a kind that nobody has thought of", rule("r", "/effects/send.new/*/**"), "send-removed /effects/send.new: r"],
    ["calls of one API", rule("r", "/effects/write.stock/**"), "effect-removed /effects/write.stock: r"],
    ["a list of answers", rule("r", "/body/items/**"), "value-changed /body/items/m0: r"],
    ["members of elements", rule("r", "/body/items/*/**"), "value-changed /body/items/*/m0: r"],
    [
      "a price of a template nearly a thousand times",
      rule("r", "/effects/**", tolerance({ absolute: 1000 })),
      "text-changed /effects/send.template/*/template/components/*/parameters/*/text: r",
    ],
    ["any price nearly", rule("r", "/**", tolerance({ absolute: 1 })), "value-changed /body/total: r"],
    ["any number five times", rule("r", "/**", tolerance({ relative: 5 })), "value-changed /body/text: r"],
    [
      "a share of whatever is written as a number, times too",
      rule("r", "/**", tolerance({ relative: 0.01 })),
      "value-changed /body/seconds: r",
    ],
    ["ten years", rule("r", "/**", tolerance({ ms: 3e11 })), "value-changed /body/at: r"],
    ["an hour", rule("r", "/**", tolerance({ ms: 3_600_000 })), "value-changed /body/seconds: r"],
    [
      "an amount named exactly, where it is no narrow one",
      rule("r", "/body/order/total", tolerance({ absolute: 10 })),
      "value-changed /body/order/total: r",
    ],
  ])("that hides %s blinds, with no traffic at all", (_what, broad, hidden) => {
    expect(missed(syntheticPairs(subject, [broad]), [broad])).toContain(hidden);
  });

  it("of a narrow tolerance at a place that it names exactly is a decision", () => {
    const narrow = rule("r", "/body/order/total", tolerance({ absolute: 0.05, relative: 0.01 }));
    expect(missed(syntheticPairs(subject, [narrow]), [narrow])).toEqual([]);
  });

  it("need not say that times about now are noise: what moves one is not counted as missed", () => {
    const at = trialDeps().at + 12_000;
    const now = answered({ written: new Date(at).toISOString(), seconds: at / 1000 });
    expect(triedAll(now).filter((trial) => trial === null)).toHaveLength(2);
    expect(missed([now])).toEqual([]);
    expect(missed([now], [rule("r", "/**", tolerance({ ms: 3e11 }))])).toContain("value-changed /body/written: r");
  });

  it("that hides what is critical blinds, even where it names it exactly", () => {
    expect(missed([receipt], [rule("statuses", "/status")])).toEqual(["status-changed /status: statuses"]);
    const send = did(text("a"));
    expect(missed([send], [rule("sends", "/effects/send.text/*", undefined, { where: "effect" })])).toEqual([
      "send-removed /effects/send.text: sends",
      "send-duplicated /effects/send.text: sends",
    ]);
  });

  it("that says what is the same blinds nobody", () => {
    const rules = [
      rule("null", "/**", { kind: "equivalents", values: ["null", "number"] }),
      rule("case", "/**", { kind: "case" }),
      rule("near", "/**", { kind: "tolerance", absolute: 0.05, relative: null, ms: 60_000 }),
      rule("severity", "/**", { kind: "severity", severity: "minor" }),
      rule("set", "/body/items", { kind: "unordered", by: null }),
    ];
    expect(missed([...synthetic, receipt], rules)).toEqual([]);
  });

  it("of another route, kind or side blinds nobody here", () => {
    const elsewhere = [
      rule("a", "/**", undefined, { route: "other" }),
      rule("b", "/**", undefined, { itemKind: "status.*" }),
    ];
    expect(missed([receipt], elsewhere)).toEqual([]);
    expect(missed([receipt], [rule("c", "/**", undefined, { where: "effect" })])).toEqual([]);
  });

  it("that turns the order of sends into nothing is named where it does so for more than it names", () => {
    const two = did(text("a"), text("b"));
    expect(missed([two], [rule("order", "/effects/**")])).toContain("order-turned /effects: order");
    expect(missed([two], [rule("order", "/effects/send", undefined)])).toEqual([]);
  });
});

describe("planting", () => {
  it("leaves the pair as it was", () => {
    const before = JSON.stringify(synthetic);
    for (const pair of synthetic) for (const site of sitesOf(pair)) tried(site.plant(), trialDeps());
    expect(JSON.stringify(synthetic)).toBe(before);
  });

  it("chooses by chance, each kind of mutation as likely as the others", () => {
    const pair = answered(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`m${i}`, i])));
    const kinds = Array.from({ length: 100 }, (_, i) => plant(pair, () => i / 100)?.what);
    expect(kinds.filter((kind) => kind === "status-changed")).toHaveLength(34);
  });

  it("finds nothing to change where nothing was done", () => {
    expect(plant(did(), () => 0)).toBeNull();
  });

  it("is bounded however large a document is", () => {
    const large = answered(Array.from({ length: 5000 }, (_, i) => ({ i })));
    expect(sitesOf(large).length).toBeLessThan(1500);
  });
});

describe("the score", () => {
  const found = { what: "status-changed", found: true } as const;
  const hidden = { what: "value-changed", found: false, place: "/body", hiddenBy: { by: "rule", rule: "r" } } as const;

  it("is unknown where nothing was tried", () => {
    expect(createScore().sensitivities()).toEqual(new Map());
    expect(createScore().report()).toEqual({ sensitivity: null, routes: [], mutations: [], hidden: [], untried: [] });
  });

  it("is the share found of the last ones, and names what hid the others", () => {
    const score = createScore(4);
    for (const trial of [hidden, hidden, found, found, found]) score.add("default", trial);
    expect(score.sensitivities()).toEqual(new Map([["default", 0.75]]));
    expect(score.report()).toEqual({
      sensitivity: 0.75,
      routes: [{ route: "default", tried: 5, found: 3, sensitivity: 0.75 }],
      mutations: [
        { mutation: "value-changed", tried: 2, found: 0 },
        { mutation: "status-changed", tried: 3, found: 3 },
      ],
      hidden: [{ by: "rule", name: "r", route: "default", count: 2, mutation: "value-changed", place: "/body" }],
      untried: [],
    });
  });
});
