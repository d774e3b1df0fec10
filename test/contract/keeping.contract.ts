import { expect, it } from "vitest";
import { applyChange, type Change } from "../../src/flags/index.ts";
import { nowhere } from "../../src/registry/index.ts";
import type { Fixture } from "./fixture.ts";
import { commitOn, emptyState, kill, people, plain, record, setting, write } from "./writing.ts";

/** What a store keeps besides, and what it does when it was emptied, altered or written by a later version. */
export function keepingContract(here: Fixture): void {
  it("is filled again after it was emptied, kill and lists included", async () => {
    const change: Change = {
      flags: setting(record("A", { allowlist: 2 })).flags,
      lists: [
        { kind: "replaced", list: "allowlist:A", members: ["alice", "bob"] },
        { kind: "replaced", list: "audience:members", members: people(20_000) },
        { kind: "replaced", list: "audience:empty", members: [] },
      ],
    };
    const position = { version: 7, seq: 12, hash: "hash of 12" };
    const known = { ...emptyState, ...applyChange(emptyState, change), position, kill };
    expect(await here.store.restore(known, nowhere)).toEqual({ kind: "written" });
    await here.expectState(known, emptyState);
    const commit = commitOn(position, { change: setting(record("B")) });
    expect(await here.store.commit(commit)).toEqual({ kind: "written" });
    expect(await here.store.audit({ limit: 10 })).toEqual(commit.entries);
  });

  it("takes a newer state over an older one of its own history, and keeps the audit", async () => {
    const older = await write(here.store, {
      change: {
        flags: setting(record("A", { denylist: 1 }), record("GONE")).flags,
        lists: [
          { kind: "replaced", list: "denylist:A", members: ["a"] },
          { kind: "replaced", list: "audience:gone", members: ["b"] },
        ],
      },
      kill,
    });
    const known = {
      ...emptyState,
      ...applyChange(emptyState, setting(record("A"))),
      position: { version: 5, seq: 9, hash: "of 9" },
    };
    const heard = here.handle().leaves(older.version);
    expect(await here.store.restore(known, older)).toEqual({ kind: "written" });
    await heard;
    await here.expectState(known, { ...emptyState, position: older });
    await write(here.store, {});
    expect((await here.store.audit({ limit: 10 })).map(({ seq }) => seq)).toEqual([10, 1]);
  });

  it("sets the audit of another history aside where the two would clash", async () => {
    const lost = await write(here.store, { entries: [{}, {}, {}] });
    const known = { ...emptyState, position: { version: 2, seq: 2, hash: "of 2" } };
    expect(await here.store.restore(known, lost)).toEqual({ kind: "written" });
    const commit = commitOn(known.position, { entries: [{ subject: "A" }] });
    expect(await here.store.commit(commit)).toEqual({ kind: "written" });
    expect(await here.store.audit({ limit: 10 })).toEqual(commit.entries);
  });

  it("changes nothing by a write that is only tried", async () => {
    const position = await write(here.store, { change: setting(record("A")), kill });
    const before = plain(await here.store.read());
    await here.store.tryWrite();
    expect(await here.store.position()).toEqual(position);
    expect(plain(await here.store.read())).toEqual(before);
    expect(await here.store.commit(commitOn(position, {}))).toEqual({ kind: "written" });
  });

  it("holds what it held after a purge, but not how it came to it", async () => {
    await write(here.store, { change: setting(record("A")) });
    const seen = await here.store.read();
    const position = await write(here.store, { change: setting(record("A", { percent: 5 })), kill });
    await here.store.purge();
    const { state, commits } = await here.store.catchUp(seen);
    expect(commits).toBeNull();
    expect(plain(state)).toEqual(
      plain({ ...seen, ...applyChange(seen, setting(record("A", { percent: 5 }))), position, kill }),
    );
    expect(await here.store.audit({ limit: 9 })).toHaveLength(2);
    const near = await here.store.read();
    await write(here.store, { change: setting(record("B")) });
    expect((await here.store.catchUp(near)).commits).toHaveLength(1);
  });

  it("keeps the first hash key, whatever is written", async () => {
    const other = here.handle().store;
    const kept = await Promise.all([here.store.hashKey("one"), other.hashKey("other")]);
    expect(kept[0]).toBe(kept[1]);
    expect(await here.store.position()).toEqual(nowhere);
    const position = await write(here.store, { change: setting(record("A")) });
    await here.store.restore({ ...emptyState, position: { ...position, version: 9 } }, position);
    expect(await other.hashKey("third")).toBe(kept[0]);
  });

  it("keeps another hash key in place of the one that is known, and of no other", async () => {
    const other = here.handle().store;
    const first = await here.store.hashKey("one");
    const [mine, theirs] = await Promise.all([
      here.store.replaceHashKey(first, "two,one@1"),
      other.replaceHashKey(first, "three,one@1"),
    ]);
    expect(mine).toBe(theirs);
    expect(["two,one@1", "three,one@1"]).toContain(mine);
    expect(await other.replaceHashKey(first, "four")).toBe(mine);
    expect(await other.hashKey("five")).toBe(mine);
    expect(await here.store.position()).toEqual(nowhere);
  });

  it("has its audit by subject, actor, action and time, newest first, page by page", async () => {
    const at = (day: number): string => `2026-01-0${day}T00:00:00.000Z`;
    await write(here.store, {
      entries: [
        { subject: "A", at: at(1) },
        { subject: "B", at: at(2), action: "kill" },
      ],
    });
    await write(here.store, {
      entries: [
        {
          subject: "A",
          at: at(3),
          actor: { kind: "command", name: "anna" },
          before: { b: 1, a: [null] },
          reason: "é",
        },
      ],
    });
    const seqs = async (filter: object): Promise<readonly number[]> =>
      (await here.store.audit({ limit: 10, ...filter })).map(({ seq }) => seq);
    expect(await seqs({})).toEqual([3, 2, 1]);
    expect(await seqs({ subject: "A" })).toEqual([3, 1]);
    expect(await seqs({ actor: "anna" })).toEqual([3]);
    expect(await seqs({ action: "kill" })).toEqual([2]);
    expect(await seqs({ from: at(2) })).toEqual([3, 2]);
    expect(await seqs({ to: at(2) })).toEqual([2, 1]);
    expect(await seqs({ subject: "A", to: at(2), from: at(1) })).toEqual([1]);
    expect(await seqs({ limit: 2 })).toEqual([3, 2]);
    expect(await seqs({ limit: 2, beforeSeq: 2 })).toEqual([1]);
    expect(await seqs({ beforeSeq: 1 })).toEqual([]);
    const [newest] = await here.store.audit({ limit: 1 });
    expect(JSON.stringify(newest?.before)).toBe('{"b":1,"a":[null]}');
  });

  it("has an audit of more than one page of its own, and gives 1,000 entries at most", async () => {
    await write(here.store, {
      entries: Array.from({ length: 1500 }, (_, index) => ({ subject: index < 2 ? "rare" : "A" })),
    });
    const newest = await here.store.audit({ limit: 5000 });
    expect([newest.length, newest[0]?.seq, newest.at(-1)?.seq]).toEqual([1000, 1500, 501]);
    expect((await here.store.audit({ subject: "rare", limit: 10 })).map(({ seq }) => seq)).toEqual([2, 1]);
  });

  it.each([
    ["no JSON", "{"],
    ["no flag", '{"key":"B"}'],
    ["a flag of another key", JSON.stringify(record("C"))],
    ["a percent that there is not", JSON.stringify({ ...record("B"), percent: 101 })],
  ])("names a record that is %s, and goes on with the others", async (_what, text) => {
    await write(here.store, {
      change: {
        flags: setting(record("A"), record("B", { denylist: 1 })).flags,
        lists: [{ kind: "replaced", list: "denylist:B", members: ["b"] }],
      },
    });
    await here.place.spoilFlag("B", text);
    const seen = await here.store.read();
    expect([seen.unreadable, [...seen.flags.keys()]]).toEqual([["B"], ["A"]]);
    const change = setting(record("B", { percent: 5 }));
    const position = await write(here.store, { change });
    await here.expectState({ ...seen, ...applyChange(seen, change), position, unreadable: [] }, seen);
  });

  it("names a flag and an audience whose lists have lost members", async () => {
    await write(here.store, {
      change: {
        flags: setting(record("A", { allowlist: 2 }), record("B")).flags,
        lists: [
          { kind: "replaced", list: "allowlist:A", members: ["alice", "bob"] },
          { kind: "replaced", list: "audience:members", members: ["alice"] },
        ],
      },
    });
    await here.place.spoilList("allowlist:A", "alice");
    await here.place.spoilList("audience:members", "alice");
    const { unreadable, flags, audiences } = await here.store.read();
    expect(unreadable.toSorted()).toEqual(["A", "audience:members"]);
    expect([[...flags.keys()], audiences.size]).toEqual([["B"], 0]);
  });

  it("leaves alone what a later version wrote", async () => {
    const position = await write(here.store, { change: setting(record("A")) });
    await here.store.close();
    await here.place.makeNewer();
    const { store: late } = here.handle();
    const refused = { fault: "newer", message: expect.stringMatching(/written by a later Sombra: its schema is 99/) };
    await expect(late.position()).rejects.toMatchObject(refused);
    await expect(late.read()).rejects.toMatchObject(refused);
    await expect(late.catchUp(emptyState)).rejects.toMatchObject(refused);
    await expect(late.commit(commitOn(position, {}))).rejects.toMatchObject(refused);
    await expect(late.restore(emptyState, position)).rejects.toMatchObject(refused);
    await expect(late.purge()).rejects.toMatchObject(refused);
    await expect(late.hashKey("mine")).rejects.toMatchObject(refused);
  });

  it("tells a caller after its end that it is closed", async () => {
    await here.store.position();
    await here.store.close();
    await expect(here.store.position()).rejects.toMatchObject({ name: "StoreError", fault: "unreachable" });
  });
}
