import { describe, expect, test } from "vitest";
import { parseAddress } from "./address.ts";

describe("an egress address", () => {
  test.each([
    ["/legacy/graph/v23.0/1/messages?a=b", { side: "legacy", upstream: "graph", target: "/v23.0/1/messages?a=b" }],
    ["/candidate/graph", { side: "candidate", upstream: "graph", target: "/" }],
    ["/twin/graph?x=/legacy/graph", { side: "twin", upstream: "graph", target: "/?x=/legacy/graph" }],
    ["/legacy/graph/a%2Fb/%C3%A9", { side: "legacy", upstream: "graph", target: "/a%2Fb/%C3%A9" }],
    ["/legacy/graph/v1..2/...", { side: "legacy", upstream: "graph", target: "/v1..2/..." }],
  ])("names a side, an upstream and a target: %s", (target, address) => {
    expect(parseAddress(target)).toEqual(address);
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
    "/legacy/graph/.",
    "http://graph.facebook.com/legacy/graph/x",
    "*",
  ])("is none that climbs, is absolute or names no side: %s", (target) => {
    expect(parseAddress(target)).toBeNull();
  });
});
