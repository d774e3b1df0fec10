import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../model/index.ts";
import { Exact } from "./json.ts";
import { keepingOf } from "./kept-values.ts";
import type { Value } from "./redact.ts";

const keeping = keepingOf([
  { name: "kept", compare: { values: { redact: ["order [a-z]+"], retentionDays: 7 } } },
  { name: "closed", compare: { values: null } },
]);

function kept(value: Value, place = "/body/text"): string | null | undefined {
  return keeping("kept")?.(place, value, "other")?.legacy;
}

describe("of a value", () => {
  it("nothing is kept where a route does not ask for it", () => {
    expect(keeping("closed")).toBeNull();
    expect(keeping("unknown")).toBeNull();
  });

  it.each([
    ["+55 (11) 99999-0001"],
    ["5511999990001"],
    ["+1.555.010.0001"],
    ["(555) 010 - 0001"],
    ["٠١٢٣٤٥٦٧٨٩"],
    ["＋５５１１９９９９９０００１"],
    ["55\u200911\u200999999\u20090001"],
    ["55\u200b11\u200b9999\u2011 90001"],
    ["%2B55%2011%2099999"],
    ["wa.me/15550100001"],
    ["wamid.HBgNNTUxMTk5OTk5MDAwMRUCABIYFjNFQg=="],
    ["ana.souza+shop@example.com"],
    ["ana%40example.com"],
    ["Authorization: Bearer abc.def"],
    ["access_token=abcdef"],
    ['{"apiKey":"abcdef"}'],
    ["api-key: abcdef"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"],
    ["order abc"],
  ])("%s is not", (secret) => {
    const text = kept(`before ${secret} after`);
    expect(text).toContain("█");
    expect(text).toMatch(/^before .* after$/u);
    for (const part of secret.match(/[\p{L}\p{Nd}]{4,}/gu) ?? []) expect(text).not.toContain(part);
  });

  it("the rest is kept as it was", () => {
    expect(kept("Olá, você pagou R$ 12,50 (2 x 6,25)")).toBe("Olá, você pagou R$ 12,50 (2 x 6,25)");
    expect(kept(true)).toBe("true");
    expect(kept(12.5)).toBe("12.5");
    expect(kept(Exact.number("1.0"))).toBe("1.0");
    expect(kept({ a: [1, { b: "x" }] })).toBe('{"a":[1,{"b":"x"}]}');
    expect(kept(null)).toBe("null");
  });

  it("a number is found however a text inside is broken", () => {
    expect(kept({ a: "call 5511\n99999\t0001" })).toBe('{"a":"call █"}');
    expect(kept({ "5511999990001": { name: "x" } })).toBe('{"█":{"name":"x"}}');
    expect(kept({ inner: JSON.stringify({ token: "abcdef" }) })).not.toContain("abcdef");
  });

  it("absence and bytes are no text", () => {
    expect(kept(undefined)).toBeNull();
    expect(kept(Buffer.from("abc"))).toBeNull();
  });

  it("nothing is kept of members that bear secrets, at the place and inside", () => {
    expect(kept("abcdef", "/body/access_token")).toBe("█");
    expect(kept("abcdef", "/headers/set-cookie")).toBe("█");
    expect(kept({ deep: { Authorization: { scheme: "abcdef" } }, b: 1 })).toBe('{"deep":{"█},"b":1}');
  });

  it("nothing is kept below a name that is not shown", () => {
    expect(kept("abcdef", "/body/{*}/name")).toBe("█");
  });

  it("1 KiB is kept, of whole characters", () => {
    expect(kept("x".repeat(5_000))).toBe("x".repeat(1_024));
    expect(kept("é".repeat(5_000))).toBe("é".repeat(512));
    expect(kept(`x${"😀".repeat(500)}`)).toBe(`x${"😀".repeat(255)}`);
  });

  it("what begins before the end and goes on behind it is not", () => {
    expect(kept(`${"x".repeat(1_015)} 5511999990001`)).toBe(`${"x".repeat(1_015)} █`);
    expect(kept(`${"x".repeat(1_022)} 5511999990001`)).toBe(`${"x".repeat(1_022)} `);
    expect(kept(`${"x ".repeat(490)}${"a".repeat(60)}@example.com`)).not.toContain("aaaa");
  });

  it("no more is kept than can be looked at", () => {
    const redactor = keeping("kept");
    const text = "y".repeat(4_000);
    for (let i = 0; i < 4; i += 1) expect(redactor?.("/body", text, text)).not.toBeNull();
    expect(redactor?.("/body", text, text)).toMatchObject({ legacy: expect.any(String) });
    expect(redactor?.("/body", text, text)).toBeNull();
  });

  it("what a pattern has no time for is not", () => {
    expect(kept("order a ".repeat(512))).not.toContain("order a");
  });

  it("no number of seven digits and more, wherever it stands", () => {
    const digit = fc.integer({ min: 0, max: 9 }).map(String);
    const between = fc.constantFrom("", "", " ", "-", ") ", ".", "\u00a0", " - ");
    const number = fc.array(fc.tuple(digit, between), { minLength: 7, maxLength: 15 });
    fc.assert(
      fc.property(fc.string(), number, fc.string(), (before, digits, after) => {
        const spelled = digits.map((pair) => pair.join("")).join("");
        const value: Json = { text: `${before}x${spelled}x${after}` };
        expect(kept(value)).not.toContain(spelled.trim());
      }),
    );
  });
});
