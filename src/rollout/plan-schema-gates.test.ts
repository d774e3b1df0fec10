import { expect, test } from "vitest";
import { gate, gates, planOf, problems } from "./sample.ts";

test.each<[string, object, RegExp]>([
  [
    "a gate's way back to nowhere",
    gate({ type: "alerts", onFail: "rollback", to: { phase: "x" } }),
    /^gates\.0\.to\.phase is "x", must be the name of a phase before the last: "shadow"$/,
  ],
  [
    "a way back of a gate that holds",
    gate({ type: "alerts", to: "off" }),
    /^gates\.0\.to is "off", must be left out: only with `onFail: rollback` or `lower`/,
  ],
  [
    "what is lowered to nobody",
    gate({ type: "alerts", onFail: "lower", to: "off" }),
    /^gates\.0\.to is "off", must be "previous", or \{phase: the name of one\}/,
  ],
  [
    "an adjustment of nothing",
    gate({ type: "alerts", onFail: "adjust" }),
    /^gates\.0\.settings is missing, must be given: `onFail: adjust` writes them/,
  ],
  [
    "settings that nobody writes",
    gate({ type: "alerts", settings: { a: 1 } }),
    /^gates\.0\.settings is a map, must be left out: only `onFail: adjust`/,
  ],
  [
    "settings without a member",
    gate({ type: "alerts", onFail: "adjust", settings: {} }),
    /^gates\.0\.settings is a map, must be a JSON object of at most 4096 bytes.+with at least one member$/,
  ],
  [
    "settings that are none",
    gate({ type: "alerts", onFail: "adjust", settings: [1] }),
    /^gates\.0\.settings is a list, must be a JSON object/,
  ],
  [
    "hours without a break that are none",
    gate({ type: "alerts", within: "24 hours" }),
    /^gates\.0\.within is "24 hours", must be a whole number and a unit .*from 1m to 31d$/,
  ],
  ["events without a bound", gate({ type: "events" }), /^gates\.0 is a map, must be a gate with a bound/],
  [
    "a side that nobody is",
    gate({ type: "serverErrors", max: "1%", side: "twin" }),
    /^gates\.0\.side is "twin", must be "all" or "candidate"$/,
  ],
  [
    "a latency without a limit",
    gate({ type: "latency" }),
    /^gates\.0\.max is missing, must be a whole number and a unit/,
  ],
  ["no gate", { gates: [] }, /^gates is a list, must be a list of at least one gate: phase "shadow" has none to pass$/],
  ["a gate of no type", gate({ budget: "1%" }), /^gates\.0\.type is missing, must be "errorRate", "divergence"/],
  ["a gate of an unknown type", gate({ type: "errors" }), /^gates\.0\.type is "errors", must be "errorRate"/],
  [
    "a key that its gate has not",
    gate({ type: "alerts", budget: "1%" }),
    /^gates\.0\.budget is unknown, must be one of type, name, onFail, within, to, settings$/,
  ],
  [
    "a gate without budget",
    gate({ type: "divergence" }),
    /^gates\.0\.budget is missing, must be a percentage such as "0\.1%"/,
  ],
  [
    "a budget of nothing",
    gate({ type: "errorRate", budget: "0%" }),
    /^gates\.0\.budget is "0%", must .*from 0\.0001 % to 50 %$/,
  ],
  [
    "a gate that names no metric",
    gate({ type: "metric", name: "rtf", max: 1 }),
    /^gates\.0 is a map, must be a gate with the metric it asks/,
  ],
  [
    "a metric without a bound",
    gate({ type: "metric", name: "rtf", json: { url: "http://x/", pointer: "" } }),
    /^gates\.0 is a map, must be a gate with a bound/,
  ],
  [
    "a metric without a name",
    gate({ type: "metric", max: 1, json: { url: "http://x/", pointer: "" } }),
    /^gates\.0\.name is missing, must/,
  ],
  [
    "a pointer that is none",
    gate({ type: "metric", name: "m", max: 1, json: { url: "http://x/", pointer: "a" } }),
    /^gates\.0\.json\.pointer is "a", must be an RFC 6901 pointer/,
  ],
  [
    "bounds that cross",
    gate({ type: "metric", name: "m", min: 2, max: 1, json: { url: "http://x/", pointer: "" } }),
    /^gates\.0\.min is 2, must be at most `max`, 1$/,
  ],
  [
    "an address with a password",
    gate({ type: "metric", name: "m", max: 1, prometheus: { url: "http://u:p@x/", query: "up" } }),
    /^gates\.0\.prometheus\.url is text that may be personal \(not shown\), must be an http/,
  ],
  [
    "gates of one name",
    { gates: [...gates, { type: "errorRate", budget: "2%" }] },
    /^gates\.1\.name is "errorRate", must be given a name of its own, not that of gate \[0\]$/,
  ],
])("%s is refused, with where it is, what it is and what it must be", (_what, changes, wanted) => {
  expect(problems(changes)).toEqual([expect.stringMatching(wanted)]);
});

test("a credential that is named is no secret", () => {
  const json = { url: "http://127.0.0.1:9090/x", pointer: "/a/0", headers: { Authorization: "Bearer ${TOKEN}" } };
  expect(planOf(gate({ type: "metric", name: "m", max: 1, json })).gates).toEqual([
    {
      type: "metric",
      name: "m",
      onFail: "rollback",
      consecutive: 2,
      min: null,
      max: 1,
      source: { kind: "json", ...json },
    },
  ]);
});

test("what a gate does is read with it", () => {
  const written = [
    { type: "latency", max: "8s", within: "24h", onFail: "lower", to: { phase: "shadow" } },
    { type: "events", event: "order.made", min: 1 },
    { type: "serverErrors", side: "candidate", max: "0%", consecutive: 1, onFail: "rollback", to: "previous" },
    { type: "alerts", onFail: "adjust", settings: { model: "small" } },
  ];
  const consecutive = 2;
  expect(planOf({ gates: written }).gates).toEqual([
    {
      type: "latency",
      name: "latency",
      onFail: "lower",
      withinMs: 86_400_000,
      to: { phase: "shadow" },
      maxMs: 8_000,
      budget: 0.05,
      minEffect: 0.01,
    },
    {
      type: "events",
      name: "events",
      onFail: "rollback",
      consecutive,
      side: "candidate",
      event: "order.made",
      min: 1,
      max: null,
    },
    {
      type: "serverErrors",
      name: "serverErrors",
      onFail: "rollback",
      to: "previous",
      consecutive: 1,
      side: "candidate",
      max: 0,
    },
    { type: "alerts", name: "alerts", onFail: "adjust", settings: { model: "small" } },
  ]);
});

test("a gate of a phase may bear the name of one of the plan's", () => {
  expect(problems({ phases: [{ name: "a", gates }] })).toEqual([]);
  expect(problems({ gates: undefined, phases: [{ name: "a", gates }] })).toEqual([]);
});

test("divergence gates are told apart by their severity", () => {
  const both = ["critical", "minor"].map((severity) => ({ type: "divergence", severity, budget: "1%" }));
  expect(planOf({ gates: both }).gates.map(({ name }) => name)).toEqual(["divergence-critical", "divergence-minor"]);
});
