import { expect, test } from "vitest";
import { ROUTE, routeSnapshot, type RouteChanges } from "../../../flags/sample.ts";
import { decidedDigest } from "./decided.ts";

const digest = (changes: RouteChanges): string => decidedDigest(routeSnapshot(changes), [ROUTE]);
const off = { enabled: false } as const;

test("instances that decide alike have the same digest, whatever else is said of flags", () => {
  const ten = { enabled: { enabled: true, percent: 10 } };
  expect(digest(ten)).toBe(digest({ enabled: { enabled: true, percent: 10, description: "else", version: 99 } }));
  expect(digest({})).toBe(digest({ enabled: off }));
});

test("a share, a salt, one shopper on a list, and who answers are all told by it", () => {
  const ten = { enabled: true, percent: 10 } as const;
  const digests = [
    digest({ enabled: off }),
    digest({ enabled: ten }),
    digest({ enabled: { ...ten, percent: 20 } }),
    digest({ enabled: { ...ten, salt: "other" } }),
    digest({ enabled: { ...ten, forceOn: ["alice"] } }),
    digest({ enabled: { ...ten, denylist: ["alice"] } }),
    digest({ enabled: ten, shadow: off, dualRun: off }),
  ];
  // Whoever is denied is off as most are: of the others none is like another.
  expect(new Set(digests).size).toBeGreaterThanOrEqual(digests.length - 1);
});
