import { expect, it } from "vitest";
import { applyChange, type Change, type ListChange } from "../../src/flags/index.ts";
import { nowhere } from "../../src/registry/index.ts";
import type { Fixture } from "./fixture.ts";
import { commitOn, emptyState, kill, nothing, people, plain, record, setting, write } from "./writing.ts";

/** What a commit does to a store. */
export function commitsContract(here: Fixture): void {
  it("says what it is, and is nowhere when nothing was ever written", async () => {
    expect(here.store.kind).toBe(here.kind);
    expect(await here.store.position()).toEqual(nowhere);
    expect(plain(await here.store.read())).toEqual(plain(emptyState));
    expect(await here.store.catchUp(emptyState)).toEqual({ state: emptyState, commits: [] });
    expect(await here.store.audit({ limit: 10 })).toEqual([]);
  });

  it("is where a commit leads, and holds what it says", async () => {
    const flag = record("A", { percent: 12.345, settings: { text: "é\0\u{1F600}" }, description: "two\nlines" });
    const commit = commitOn(nowhere, { change: setting(flag) });
    expect(await here.store.commit(commit)).toEqual({ kind: "written" });
    expect(await here.store.position()).toEqual(commit.after);
    await here.expectState(
      { ...emptyState, ...applyChange(emptyState, commit.change), position: commit.after },
      emptyState,
    );
  });

  it("takes several flags, their lists and an audience in one commit", async () => {
    const change: Change = {
      flags: setting(record("A", { allowlist: 2, denylist: 1 }), record("B", { allowlist: 0, forceOn: 1 }), record("C"))
        .flags,
      lists: [
        { kind: "replaced", list: "allowlist:A", members: ["alice", "bob"] },
        { kind: "edited", list: "denylist:A", added: ["carol"], removed: ["nobody"] },
        { kind: "replaced", list: "forceOn:B", members: ["dave"] },
        { kind: "replaced", list: "audience:members", members: ["alice", "erin", "ünï\0code"] },
        { kind: "replaced", list: "audience:empty", members: [] },
      ],
    };
    const position = await write(here.store, { change, kill });
    await here.expectState({ ...emptyState, ...applyChange(emptyState, change), position, kill }, emptyState);
    const { flags, audiences } = await here.store.read();
    expect([flags.get("B")?.allowlist?.size, flags.get("C")?.allowlist, audiences.get("empty")?.size]).toEqual([
      0,
      null,
      0,
    ]);
  });

  it.each<[string, Partial<ReturnType<typeof record>>, ListChange]>([
    ["edited", { denylist: 3 }, { kind: "edited", list: "denylist:A", added: ["c", "d"], removed: ["a", "x"] }],
    [
      "edited with one who leaves and comes",
      { denylist: 2 },
      { kind: "edited", list: "denylist:A", added: ["a"], removed: ["a"] },
    ],
    ["replaced", { denylist: 1 }, { kind: "replaced", list: "denylist:A", members: ["z"] }],
    ["emptied", { denylist: 0 }, { kind: "replaced", list: "denylist:A", members: [] }],
    ["dropped", { denylist: 0 }, { kind: "dropped", list: "denylist:A" }],
    ["edited to nobody", { denylist: 0 }, { kind: "edited", list: "denylist:A", added: [], removed: ["a", "b"] }],
    ["dropped, of an audience", { denylist: 2 }, { kind: "dropped", list: "audience:members" }],
  ])("follows a list that is %s", async (_how, counts, list) => {
    const first: Change = {
      flags: setting(record("A", { denylist: 2 })).flags,
      lists: [
        { kind: "replaced", list: "denylist:A", members: ["a", "b"] },
        { kind: "replaced", list: "audience:members", members: ["alice"] },
      ],
    };
    const seen = {
      ...emptyState,
      ...applyChange(emptyState, first),
      position: await write(here.store, { change: first }),
    };
    const change: Change = { flags: setting(record("A", counts)).flags, lists: [list] };
    const position = await write(here.store, { change });
    await here.expectState({ ...seen, ...applyChange(seen, change), position }, seen);
  });

  it("forgets a flag that is removed, and its lists", async () => {
    await write(here.store, {
      change: {
        flags: setting(record("A", { denylist: 1 }), record("B")).flags,
        lists: [{ kind: "replaced", list: "denylist:A", members: ["a"] }],
      },
    });
    const seen = await here.store.read();
    const change: Change = {
      flags: [{ kind: "removed", key: "A" }],
      lists: [{ kind: "dropped", list: "denylist:A" }],
    };
    const position = await write(here.store, { change });
    await here.expectState({ ...seen, ...applyChange(seen, change), position }, seen);
    await write(here.store, { change: setting(record("A")) });
    expect((await here.store.read()).flags.get("A")?.denylist.size).toBe(0);
  });

  it("holds a list of 50,000, and changes it by one", async () => {
    const members = people(50_000);
    const change: Change = {
      flags: setting(record("A", { allowlist: members.length })).flags,
      lists: [{ kind: "replaced", list: "allowlist:A", members }],
    };
    await write(here.store, { change });
    const seen = await here.store.read();
    const kept = new Set(seen.flags.get("A")?.allowlist?.members());
    expect([kept.size, members.every((one) => kept.has(one))]).toEqual([members.length, true]);
    await write(here.store, {
      change: {
        flags: setting(record("A", { allowlist: members.length })).flags,
        lists: [{ kind: "edited", list: "allowlist:A", added: ["new"], removed: [members[0] ?? ""] }],
      },
    });
    const { state, commits } = await here.store.catchUp(seen);
    expect(commits).toHaveLength(1);
    const read = await here.store.read();
    for (const table of [state.flags.get("A")?.allowlist, read.flags.get("A")?.allowlist]) {
      expect([table?.size, table?.has("new"), table?.has(members[0] ?? "")]).toEqual([members.length, true, false]);
    }
  });

  it("changes a long list by many at once", async () => {
    const seen = await (async () => {
      await write(here.store, {
        change: { flags: [], lists: [{ kind: "replaced", list: "audience:members", members: people(20_000) }] },
      });
      return here.store.read();
    })();
    const change: Change = {
      flags: [],
      lists: [
        { kind: "edited", list: "audience:members", added: people(11_000, 20_000), removed: people(1_000) },
        { kind: "edited", list: "audience:others", added: people(11_000), removed: people(11_000) },
      ],
    };
    const position = await write(here.store, { change });
    await here.expectState({ ...seen, ...applyChange(seen, change), position }, seen);
  });

  it("sets, keeps and ends the kill", async () => {
    await write(here.store, { change: setting(record("A")), kill });
    const killed = await here.store.read();
    expect(killed.kill).toEqual(kill);
    await write(here.store, { change: setting(record("A", { percent: 1 })) });
    await here.expectState({ ...(await here.store.read()), kill }, killed);
    await write(here.store, { kill: null });
    await here.expectState({ ...(await here.store.read()), kill: null }, killed);
    expect((await here.store.read()).flags.get("A")?.percent).toBe(1);
  });

  it("is written with nothing but an entry, as a kill is", async () => {
    const position = await write(here.store, { change: nothing, kill });
    expect(await here.store.read()).toMatchObject({ position, kill });
  });
}
