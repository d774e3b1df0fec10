import { describe, expect, test } from "vitest";
import { documentId, maxDocumentBytes, maxDocuments, type Collection, type StoredDocument } from "./document.ts";
import type { Edit } from "./edit.ts";
import type { JsonObject } from "./flag.ts";
import { planWrite } from "./plan-write.ts";
import type { PlanState } from "./plan.ts";
import { planContext, stateOf } from "./sample.ts";

const put = (id: string, value: JsonObject, collection: Collection = "rule"): Edit => {
  return { kind: "document", collection, id, value };
};
const remove = (id: string): Edit => ({ kind: "remove-document", collection: "rule", id });

function stateWith(...documents: readonly (readonly [string, JsonObject])[]): PlanState {
  const stored = documents.map(([name, value]): StoredDocument => {
    return {
      id: documentId("rule", name),
      value,
      version: 3,
      updatedAt: "2026-01-01T00:00:00.000Z",
      updatedBy: "anna",
    };
  });
  return { ...stateOf([]), documents: new Map(stored.map((document) => [document.id, document])) };
}

const plan = (state: PlanState, ...edits: readonly Edit[]) => planWrite(state, edits, planContext());

describe("a document", () => {
  test("is written whole, stamped, and told before and after", () => {
    const [before, after] = [{ path: "/a" }, { path: "/b", list: [1, null] }];
    const document = {
      id: "rule:x",
      value: after,
      version: 8,
      updatedAt: "2026-02-01T10:00:00.000Z",
      updatedBy: "ops",
    };
    const state = stateWith(["x", before], ["y", {}]);
    const planned = plan(state, put("x", after));
    expect(planned).toMatchObject({
      kind: "change",
      change: { flags: [], lists: [], documents: [{ kind: "set", document }] },
      edited: [{ action: "rule-set", subject: "x", before, after, members: [] }],
    });
    if (planned.kind !== "change") return;
    expect([...planned.next.documents]).toEqual([
      ["rule:x", document],
      ["rule:y", state.documents.get("rule:y")],
    ]);
  });

  test("is taken out", () => {
    expect(plan(stateWith(["x", { a: 1 }]), remove("x"))).toMatchObject({
      kind: "change",
      change: { documents: [{ kind: "removed", id: "rule:x" }] },
      edited: [{ action: "rule-removed", subject: "x", before: { a: 1 }, after: null }],
    });
  });

  test("that is as wanted is not written, nor one that came and went", () => {
    expect(plan(stateWith(["x", { a: { b: [1] } }]), put("x", { a: { b: [1] } }))).toEqual({ kind: "unchanged" });
    expect(plan(stateWith(), put("x", {}), remove("x"))).toEqual({ kind: "unchanged" });
  });

  test("that is not there is unknown to whoever takes it out", () => {
    expect(plan(stateWith(), remove("x"))).toEqual({ kind: "unknown", subject: "x" });
  });

  test("that cannot be read is written over, and taken out", () => {
    const state = { ...stateWith(), unreadable: ["rule:x"] };
    expect(plan(state, put("x", {}))).toMatchObject({ kind: "change", edited: [{ before: null, after: {} }] });
    expect(plan(state, remove("x"))).toMatchObject({ kind: "change", edited: [{ action: "rule-removed" }] });
  });

  test("goes in one write with flags, and leaves a change of flags without a word of documents", () => {
    const flag: Edit = { kind: "patch", key: "A", fields: { percent: 5 } };
    expect(plan(stateWith(), flag, put("x", {}))).toMatchObject({ edited: [{ subject: "A" }, { subject: "x" }] });
    const alone = plan(stateWith(["x", {}]), flag);
    expect(alone.kind === "change" && alone.change).not.toHaveProperty("documents");
  });

  const deep = (levels: number): JsonObject => (levels === 0 ? {} : { a: deep(levels - 1) });

  test.each<[string, Edit, string, RegExp]>([
    ["an id with a space", put("a b", {}), "id", /^1 to 128 letters/],
    ["more than 16 KiB", put("x", { a: "é".repeat(maxDocumentBytes.rule / 2) }), "rule.x", /^at most 16384 bytes/],
    [
      "more than 64 KiB of a rollout",
      put("x", { a: "a".repeat(maxDocumentBytes.rollout) }, "rollout"),
      "rollout.x",
      /^at most 65536 bytes/,
    ],
    ["a deep nest", put("x", deep(21)), "rule.x", /^JSON that is not deeper than 20$/],
    ["a member that changes prototypes", put("x", JSON.parse('{"__proto__": {}}')), "rule.x", /^JSON/],
  ])("with %s is invalid", (_what, edit, where, must) => {
    expect(plan(stateWith(), edit)).toMatchObject({
      kind: "invalid",
      problems: [{ where, must: expect.stringMatching(must) }],
    });
  });

  test("is one of so many at most, and a full store still takes changes and removals", () => {
    const full = stateWith(...Array.from({ length: maxDocuments.rule }, (_, index) => [`r${index}`, {}] as const));
    expect(plan(full, put("new", {}))).toEqual({
      kind: "invalid",
      problems: [{ where: "rule", is: "1001 of them", must: "at most 1000 in the store" }],
    });
    expect(plan(full, put("r1", { a: 1 }))).toMatchObject({ kind: "change" });
    expect(plan(full, remove("r1"), put("new", {}))).toMatchObject({ kind: "change" });
    expect(plan(full, put("new", {}, "triage"))).toMatchObject({ kind: "change" });
  });
});
