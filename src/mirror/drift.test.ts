import { expect, it } from "vitest";
import type { Divergence } from "../model/index.ts";
import { createDrift, startsDrift } from "./drift.ts";

const hourMs = 3_600_000;
const ana = { route: "default", shopper: "ana" };

function drift(max = 100) {
  let now = 0;
  const made = createDrift({ pauseMs: 24 * hourMs, max }, () => now);
  return { ...made, pass: (hours: number) => void (now += hours * hourMs) };
}

it("a shopper whose sides have not drifted apart has nothing to follow from", () => {
  const { met } = drift();
  expect(met(ana)).toBe(false);
  expect(met(ana)).toBe(false);
});

it("what comes after a drift is downstream of it, of that shopper on that route", () => {
  const { met, drifted } = drift();
  met(ana);
  drifted(ana);
  expect(met(ana)).toBe(true);
  expect(met({ ...ana, shopper: "bia" })).toBe(false);
  expect(met({ ...ana, route: "other" })).toBe(false);
});

it("a conversation lasts as long as there is no longer pause in it", () => {
  const { met, drifted, pass } = drift();
  drifted(ana);
  for (let day = 0; day < 5; day += 1) {
    pass(24);
    expect(met(ana)).toBe(true);
  }
  pass(24.01);
  expect(met(ana)).toBe(false);
  expect(met(ana)).toBe(false);
});

it("only so many shoppers are remembered: those who were met last", () => {
  const { met, drifted } = drift(10);
  for (let i = 0; i < 100; i += 1) {
    drifted({ ...ana, shopper: `s${i}` });
    drifted(ana);
  }
  expect(met(ana)).toBe(true);
  expect(met({ ...ana, shopper: "s99" })).toBe(true);
  expect(met({ ...ana, shopper: "s50" })).toBe(false);
});

const divergence: Divergence = {
  where: "answer",
  path: "/body/by",
  kind: "changed",
  severity: "minor",
  signature: "00000000000000aa",
  legacy: { type: "string" },
  candidate: { type: "string" },
  change: "text",
  noise: null,
  downstream: false,
};

it.each<readonly [string, Partial<Divergence>, boolean]>([
  [
    "a send that is missing",
    { where: "effect", path: "/effects/send.text/0", kind: "missing", severity: "critical" },
    true,
  ],
  ["another order of sends", { where: "effect", path: "/effects/send", kind: "reordered", severity: "major" }, true],
  ["a write", { where: "effect", path: "/effects/write/0/body", severity: "major" }, true],
  ["a read mark", { where: "effect", path: "/effects/mark-read/0", kind: "missing", severity: "minor" }, false],
  ["another status", { path: "/status", severity: "critical" }, true],
  ["another refusal", { path: "/status", severity: "major" }, true],
  ["no answer of the candidate", { path: "", kind: "failed", severity: "critical" }, true],
  ["no answer of legacy", { path: "", kind: "legacy-failed", severity: "major" }, true],
  ["a reply in TwiML", { path: "/body/lines/0", severity: "critical" }, true],
  ["a body that was refused", { severity: "major" }, false],
  ["a body", {}, false],
  ["a header", { path: "/headers/content-type", kind: "added" }, false],
  ["noise in a send", { where: "effect", severity: "noise", noise: { by: "twin" } }, false],
])("%s may make the sides drift apart or not", (_what, changes, starts) => {
  expect(startsDrift({ ...divergence, ...changes })).toBe(starts);
});
