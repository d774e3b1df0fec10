import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createExchanges, createHolding } from "../../../exchanges/index.ts";
import { createProfile, http } from "../../../identify/index.ts";
import type { Route } from "../../../model/index.ts";
import { sampleRoute } from "../../../model/sample.ts";
import { canonicalId, providers } from "../../../whatsapp/index.ts";
import { createCutoverNow } from "./cutover-now.ts";

type Kind = "whatsapp" | "http" | "legacy-only";

const routeOf = (name: string, kind: Kind): Route =>
  sampleRoute({
    name,
    path: `/${name}`,
    profile: createProfile(kind === "http" ? http : providers.meta, {
      extractors: [{ kind: "profile" }],
      aliases: new Map(),
    }),
    ...(kind === "legacy-only" && { candidate: null }),
  });

/** Persons by the spellings in which they may write, the one of recipients first. */
const persons = [
  ["447700900123"],
  ["541123456789", "5491123456789"],
  ["525512345678", "5215512345678"],
  ["5531987654321", "553187654321"],
] as const;

/** Names of routes with the shoppers that are cut over there. */
type CutOver = Readonly<Record<string, readonly string[]>>;

function decided(routes: Readonly<Record<string, Kind>>, cutOver: CutOver, recipient: string): string {
  const inCutoverNow = createCutoverNow({
    routes: Object.entries(routes).map(([name, kind]) => routeOf(name, kind)),
    isCutOver: ({ name }, shopper) => cutOver[name]?.includes(shopper) ?? false,
  });
  const options = { settleMs: 100, max: 10, maxAlone: 10, canonicalId };
  const exchanges = createExchanges(options, () => 0);
  const keys = { side: "candidate", exchange: null, traceId: null, refersTo: null, recipient, phone: "1" } as const;
  return createHolding(exchanges, { cutoverPossible: () => true, inCutoverNow }).decide({ keys, isMediaUpload: false });
}

/** Of a route that knows shoppers by other ids than their numbers. */
function isCutOver(
  options: Parameters<typeof createProfile>[1],
  cutOver: readonly string[],
  recipient: string,
): boolean {
  const route = sampleRoute({ profile: createProfile(providers.meta, options) });
  return createCutoverNow({ routes: [route], isCutOver: (_, shopper) => cutOver.includes(shopper) })(recipient);
}

describe("whether a recipient is cut over", () => {
  const number = "447700900123";
  const [profile, header] = [{ kind: "profile" }, { kind: "header", name: "x-user" }] as const;

  it("is asked of the flags by the id that a route has for the number", () => {
    const options = { extractors: [profile, header], aliases: new Map([[number, "S-1"]]) };
    expect(isCutOver(options, [number], number)).toBe(false);
    expect(isCutOver(options, ["S-1"], number)).toBe(true);
    expect(isCutOver(options, ["447700900124"], "447700900124")).toBe(true);
  });

  it("is asked by each spelling's own id", () => {
    const aliases = new Map([["553187654321", "S-1"]]);
    const cut = (...shoppers: readonly string[]) =>
      isCutOver({ extractors: [profile], aliases }, shoppers, "5531987654321");
    expect(cut("5531987654321", "553187654321")).toBe(false);
    expect(cut("5531987654321", "S-1")).toBe(true);
  });

  it.each([
    ["a delivery may say by a header", { extractors: [header, profile], aliases: new Map() }],
    ["only deliveries say", { extractors: [header], aliases: new Map() }],
    ["an alias of an id without a number may say", { extractors: [profile], aliases: new Map([["GB.1349", "S-1"]]) }],
  ])("is not known where %s whose it is", (_, options) => {
    expect(isCutOver(options, [number, "S-1"], number)).toBe(false);
  });
});

describe("an untied call", () => {
  const shopper = "447700900123";

  it.each<[string, Readonly<Record<string, Kind>>, CutOver]>([
    ["is cut over on another route", { a: "whatsapp", b: "whatsapp" }, { b: [shopper] }],
    ["is cut over on a plain HTTP route", { a: "whatsapp", b: "http" }, { b: [shopper] }],
    ["is known on plain HTTP routes alone", { b: "http" }, { b: [shopper] }],
    ["has no candidate where they are cut over", { a: "whatsapp", b: "legacy-only" }, { b: [shopper] }],
  ])("is refused where its recipient %s", (_, routes, cutOver) => {
    expect(decided(routes, cutOver, shopper)).toBe("refuse");
  });

  it("is refused where nobody knows the number of its recipient", () => {
    expect(decided({ a: "whatsapp" }, { a: ["GB.1349"] }, "GB.1349")).toBe("refuse");
  });

  it("is sent on where its recipient is cut over on all routes that could be meant", () => {
    const routes = { a: "whatsapp", b: "whatsapp", c: "http", d: "legacy-only" } as const;
    expect(decided(routes, { a: [shopper], b: [shopper] }, shopper)).toBe("release");
  });

  it("is sent on to nobody whom any flag keeps from the cutover, on whichever route and in whichever spelling", () => {
    const spelled = persons.flat();
    const route = fc.record({
      kind: fc.constantFrom<Kind>("whatsapp", "whatsapp", "http", "legacy-only"),
      cut: fc.oneof(fc.constant(spelled), fc.subarray(spelled, { minLength: spelled.length - 2 })),
    });
    let released = 0;
    fc.assert(
      fc.property(
        fc.array(route, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...persons).chain((all) => fc.record({ all: fc.constant(all), to: fc.constantFrom(...all) })),
        (routes, { all, to }) => {
          const named = routes.map((each, i) => [String(i), each] as const);
          const kinds = Object.fromEntries(named.map(([name, { kind }]) => [name, kind]));
          const cut = Object.fromEntries(named.map(([name, each]) => [name, each.cut]));
          const asked = routes.filter(({ kind }) => kind === "whatsapp");
          const isCut = asked.length > 0 && asked.every((each) => all.every((id) => each.cut.includes(id)));
          expect(decided(kinds, cut, canonicalId(to))).toBe(isCut ? "release" : "refuse");
          released += isCut ? 1 : 0;
        },
      ),
      { numRuns: 1000 },
    );
    expect(released).toBeGreaterThan(50);
  });
});
