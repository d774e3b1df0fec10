import { expect, test } from "vitest";
import type { Mode } from "../model/index.ts";
import { reachableModes } from "./reach.ts";
import { ROUTE, routeSnapshot, type RouteChanges } from "./sample.ts";

const ON = { enabled: true };
const OFF = { enabled: false };

test.each<[string, RouteChanges, Mode[]]>([
  ["nothing set", {}, ["legacy"]],
  ["enabled alone", { enabled: ON }, ["dual-run"]],
  ["shadow for all", { enabled: ON, shadow: ON, dualRun: OFF }, ["shadow"]],
  ["shadow for a share", { enabled: { percent: 5 }, shadow: ON, dualRun: OFF }, ["legacy", "shadow"]],
  ["dual-run for a list", { enabled: { allowlist: ["alice"] }, dualRun: ON }, ["legacy", "dual-run"]],
  ["a closed list of nobody", { enabled: { allowlist: [] }, shadow: OFF, dualRun: OFF }, ["legacy"]],
  ["percent 0", { enabled: { percent: 0 }, shadow: OFF, dualRun: OFF }, ["legacy"]],
  ["an empty audience", { enabled: { ...ON, audience: "nobody" }, shadow: OFF, dualRun: OFF }, ["legacy"]],
  ["cut over for all", { enabled: ON, shadow: { percent: 0 }, dualRun: OFF }, ["cutover"]],
  ["compare all, serve a share", { enabled: ON, shadow: { percent: 90 }, dualRun: OFF }, ["shadow", "cutover"]],
  ["one shopper denied of shadow", { enabled: ON, shadow: { denylist: ["bob"] }, dualRun: OFF }, ["shadow", "cutover"]],
])("%s", (_, changes, modes) => {
  const snapshot = routeSnapshot(changes);
  expect(new Set(modes)).toEqual(reachableModes(snapshot, ROUTE));
});

test("a kill leaves nothing but legacy", () => {
  const snapshot = routeSnapshot({ enabled: ON, shadow: OFF, dualRun: OFF }, { killed: true });
  expect(reachableModes(snapshot, ROUTE)).toEqual(new Set(["legacy"]));
});
