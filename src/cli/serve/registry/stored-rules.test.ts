import { beforeEach, expect, test } from "vitest";
import { documentId, type Documents, type JsonObject } from "../../../flags/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import { createStoredRules } from "./stored-rules.ts";

const written = { path: "/body/at", ignore: true, owner: "anna", reason: "clocks", expires: "never" };

function documents(values: Readonly<Record<string, JsonObject>>): Documents {
  return new Map(
    Object.entries(values).map(([name, value]) => {
      const id = documentId(name.startsWith("triage") ? "triage" : "rule", name);
      return [id, { id, value, version: 1, updatedAt: "2026-01-01T00:00:00.000Z", updatedBy: "anna" }];
    }),
  );
}

let told: SombraEvent[] = [];
beforeEach(() => {
  told = [];
});
const started = () => createStoredRules((event) => void told.push(event));

test("rules are told when they change, and not when anything else does", () => {
  const changed = started();
  expect(changed(documents({}))).toBeNull();
  const dates = documents({ dates: written });
  expect(changed(dates)).toMatchObject([{ id: "dates", source: "api", action: { kind: "ignore" }, expiresAt: null }]);
  expect(changed(dates)).toBeNull();
  expect(changed(documents({ dates: written, triageA: { state: "fixed" } }))).toBeNull();
  expect(changed(documents({ dates: { ...written, reason: "skew" } }))).toMatchObject([{ reason: "skew" }]);
  expect(changed(documents({}))).toEqual([]);
});

test("what is no rule does nothing, is named once, and keeps no other from being used", () => {
  const changed = started();
  expect(changed(documents({ dates: written, odd: { path: 7 } }))).toMatchObject([{ id: "dates" }]);
  changed(documents({ odd: { path: 7 } }));
  expect(told).toEqual([
    {
      event: "problem",
      operation: "rules",
      error: "stored rules cannot be read, each does nothing until it is put whole: odd",
    },
  ]);
});
