import { expect, it } from "vitest";
import { applyChange, type Change, type DocumentId, type StoredDocument } from "../../src/flags/index.ts";
import { nowhere } from "../../src/registry/index.ts";
import type { Fixture } from "./fixture.ts";
import { commitOn, emptyState, kill, nothing, record, setting, write } from "./writing.ts";

function documentOf(id: DocumentId, value: StoredDocument["value"] = {}, version = 1): StoredDocument {
  return { id, value, version, updatedAt: "2026-01-02T03:04:05.678Z", updatedBy: "token:test" };
}

const changing = (...documents: readonly (StoredDocument | DocumentId)[]): Change => ({
  ...nothing,
  documents: documents.map((one) =>
    typeof one === "string" ? { kind: "removed", id: one } : { kind: "set", document: one },
  ),
});

const dates = documentOf("rule:dates", { path: "/body/at", tolerance: { ms: 2000 }, reason: 'é\0"\u{1F600}\n' });
const bug = documentOf("triage:0123456789abcdef", { state: "bug", list: [1, null, { deep: true }] });

/** What a store does with records beside flags. */
export function documentsContract(here: Fixture): void {
  it("takes documents with flags and kill in one commit, and the audit of each", async () => {
    const change = { ...changing(dates, bug), flags: setting(record("A")).flags };
    const entries = [{ subject: "A" }, { action: "rule-set", subject: "dates", after: dates.value }];
    const position = await write(here.store, { change, kill, entries });
    await here.expectState({ ...emptyState, ...applyChange(emptyState, change), position, kill }, emptyState);
    expect((await here.store.audit({ subject: "dates", limit: 5 })).map(({ after }) => after)).toEqual([dates.value]);
  });

  it("follows documents that are set anew and taken out", async () => {
    await write(here.store, { change: changing(dates, bug) });
    const seen = await here.store.read();
    const change = changing({ ...bug, value: { state: "fixed" }, version: 2 }, "rule:dates", "rule:never-there");
    const position = await write(here.store, { change });
    await here.expectState({ ...seen, ...applyChange(seen, change), position }, seen);
    const { documents } = await here.store.read();
    expect([...documents.values()]).toEqual([{ ...bug, value: { state: "fixed" }, version: 2 }]);
  });

  it("hands the same documents on where a commit left them alone", async () => {
    await write(here.store, { change: changing(dates) });
    const seen = await here.store.read();
    await write(here.store, { change: setting(record("A")) });
    const { state, commits } = await here.store.catchUp(seen);
    expect(commits).toHaveLength(1);
    expect(commits?.[0]?.change).not.toHaveProperty("documents");
    expect(state.documents).toBe(seen.documents);
  });

  it("lets one of two writers win", async () => {
    const commits = [{ a: 1 }, { b: 1 }].map((value) =>
      commitOn(nowhere, { change: changing(documentOf("rule:x", value)) }),
    );
    const other = here.handle().store;
    const outcomes = await Promise.all(commits.map((commit, i) => (i === 0 ? here.store : other).commit(commit)));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["moved", "written"]);
    const winner = outcomes[0]?.kind === "written" ? { a: 1 } : { b: 1 };
    expect((await here.store.read()).documents.get("rule:x")?.value).toEqual(winner);
  });

  it("has documents given back after it was emptied, and none that it had besides", async () => {
    const gone = await write(here.store, { change: changing(documentOf("rule:gone")) });
    const position = { version: 7, seq: 12, hash: "hash of 12" };
    const known = { ...emptyState, ...applyChange(emptyState, changing(dates, bug)), position };
    expect(await here.store.restore(known, gone)).toEqual({ kind: "written" });
    await here.expectState(known, { ...emptyState, position: gone });
    const change = changing("triage:0123456789abcdef");
    const after = await write(here.store, { change });
    await here.expectState({ ...known, ...applyChange(known, change), position: after }, known);
  });

  it.each([
    ["no JSON", "{"],
    ["no document", '{"id":"rule:dates"}'],
    ["another document", JSON.stringify(documentOf("rule:other"))],
  ])("names a document that is %s, goes on with the others, and takes it whole again", async (_what, text) => {
    await write(here.store, { change: changing(dates, bug) });
    await here.place.spoilDocument("rule:dates", text);
    const seen = await here.store.read();
    expect([seen.unreadable, [...seen.documents.keys()]]).toEqual([["rule:dates"], [bug.id]]);
    const change = changing({ ...dates, version: 2 });
    const position = await write(here.store, { change });
    await here.expectState({ ...seen, ...applyChange(seen, change), position, unreadable: [] }, seen);
  });

  it("takes out a document that cannot be read", async () => {
    await write(here.store, { change: changing(dates) });
    await here.place.spoilDocument("rule:dates", "{");
    const seen = await here.store.read();
    const position = await write(here.store, { change: changing("rule:dates") });
    await here.expectState({ ...seen, position, unreadable: [] }, seen);
  });
}
