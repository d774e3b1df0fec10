import { expect, test } from "vitest";
import { sampleRoute } from "../../../../test/support/admin-flags.ts";
import { rollout } from "../../../admin/calls/sample.ts";
import { documentId, type Documents } from "../../../flags/index.ts";
import type { Rollout } from "../../../rollout/index.ts";
import { createScopes } from "./scopes.ts";

const routes = [
  { name: "one", flags: sampleRoute.flags },
  { name: "other", flags: { ...sampleRoute.flags, enabled: "OTHER" } },
];

type Written = readonly [version: number, changes: Partial<Rollout>];

const documents = (...rollouts: readonly Written[]): Documents =>
  new Map(
    rollouts.map(([version, changes]) => {
      const value = rollout(changes);
      const id = documentId("rollout", value.id);
      return [id, { id, value: JSON.parse(JSON.stringify(value)), version, updatedAt: "", updatedBy: "" }] as const;
    }),
  );

const scopeOf = (...rollouts: readonly Written[]) => createScopes(routes)(documents(...rollouts)).get("one") ?? null;

const over = { name: "rolled-back", phase: 0, to: "shadow", since: "", by: "", reason: "" } as const;

test("items are evidence for the stay of the rollout of their route's flag, by its limits", () => {
  const scopes = createScopes(routes)(documents([1, { limits: { lateMs: 5, slowMs: 9, overMs: 7 } }]));
  expect([...scopes]).toEqual([["one", { id: "events.3", lateMs: 5, slowMs: 9, overMs: 7, shed: false }]]);
});

test("once a gate has shed the shadow the scope says so, after a rollback as well", () => {
  const shed = { at: "", reason: "legacy" };
  expect(scopeOf([1, { shed }])).toMatchObject({ shed: true });
  expect(scopeOf([1, { shed, status: over }])).toMatchObject({ id: "events.3", shed: true });
});

test("what is under way comes before what is over, and of those the newest", () => {
  expect(scopeOf([9, { id: "a", status: over }], [1, { id: "b" }])).toMatchObject({ id: "b.3" });
  expect(scopeOf([9, { id: "a", status: over }], [1, { id: "b", status: over }])).toMatchObject({ id: "a.3" });
});

test("of what never began, or let go of its flags, nothing is evidence", () => {
  expect(scopeOf([1, { status: { name: "draft" } }])).toBeNull();
  expect(scopeOf([1, { status: { name: "aborted", since: "", by: "", reason: "" } }])).toBeNull();
  const broken = documents([1, {}]);
  const [[id, document] = []] = [...broken];
  if (id === undefined || document === undefined) throw new Error("One document");
  expect(createScopes(routes)(new Map([[id, { ...document, value: { id: "events" } }]])).size).toBe(0);
});
