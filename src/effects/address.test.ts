import { describe, expect, test } from "vitest";
import { parseAddress } from "./address.ts";

describe("an egress address", () => {
  test.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ["/legacy/graph/v23.0/1/messages?a=b", { side: "legacy", upstream: "graph", target: "/v23.0/1/messages?a=b" }],
    ["/candidate/graph", { side: "candidate", upstream: "graph", target: "/" }],
    ["/twin/graph?x=/legacy/graph", { side: "twin", upstream: "graph", target: "/?x=/legacy/graph" }],
    ["/legacy/graph/a%2Fb/%C3%A9", { side: "legacy", upstream: "graph", target: "/a%2Fb/%C3%A9" }],
    ["/legacy/graph/v1..2/...", { side: "legacy", upstream: "graph", target: "/v1..2/..." }],
  ])("names a side, an upstream and a target: %s", (target, address) => {
    expect(parseAddress(target)).toEqual({ kind: "call", ...address });
  });

  test.each([
    "/",
    "/legacy",
    "/Legacy/graph/x",
    "/other/graph/x",
    "/legacy//x",
    "//legacy/graph/x",
    "/candidate/../legacy/graph/x",
    "/legacy/graph/../../candidate",
    "/legacy/graph/%2e%2E/x",
    "/legacy/graph/a%2f..%2fx",
    "/legacy/graph/..\\x",
    "/legacy/graph/..;/x",
    "/legacy/graph/a/..;b=c/x",
    "/legacy/graph/a/..%3b/x",
    "/legacy/graph/.",
    "http://graph.facebook.com/legacy/graph/x",
    "*",
  ])("is none that climbs, is absolute or names no side: %s", (target) => {
    const { kind, ...none } = parseAddress(target);
    expect([kind, none]).toEqual([
      "none",
      { status: expect.toSatisfy((status) => status >= 400), why: expect.any(String) },
    ]);
  });

  test.each([
    ["http://graph.facebook.com/legacy/graph/x", 400, /Absolute-form/],
    ["/legacy/graph/%252e%252e/x", 400, /climbs/],
    ["/legacy/graph/x%25252f..%25252fy", 400, /climbs/],
    ["/legacy/graph/x\\y", 400, /backslash/],
    ["/nobody/graph/x", 404, /No such address/],
  ])("that is none says why: %s", (target, status, why) => {
    expect(parseAddress(target)).toMatchObject({ kind: "none", status, why: expect.stringMatching(why) });
  });

  test("is told in linear time, whatever it is", () => {
    const started = performance.now();
    for (const part of ["%25", "%2e", "../", "%2f.", "a/"]) parseAddress(`/legacy/graph/${part.repeat(100_000)}x`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test.each(["legacy", "candidate", "twin"])("may be where effects are declared: %s", (side) => {
    expect(parseAddress(`/${side}/_effects`)).toEqual({ kind: "declare", side });
    expect(parseAddress(`/${side}/_effects/x`)).toMatchObject({ kind: "none" });
  });
});
