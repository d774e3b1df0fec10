import fc from "fast-check";
import { expect, it } from "vitest";
import { applyChange, type Change, type ListChange } from "../../src/flags/index.ts";
import { nowhere, type StoredState } from "../../src/registry/index.ts";
import type { Fixture } from "./fixture.ts";
import { commitOn, emptyState, kill, people, plain, record, setting, write } from "./writing.ts";

/** How those who read a store keep up with those who write to it. */
export function followingContract(here: Fixture): void {
  it("lets one of two writers win, and tells the other where it is", async () => {
    const other = here.handle().store;
    const commits = [
      commitOn(nowhere, { change: setting(record("A")), kill }),
      commitOn(nowhere, { change: setting(record("B")) }),
    ] as const;
    const outcomes = await Promise.all([here.store.commit(commits[0]), other.commit(commits[1])]);
    const winner = outcomes[0].kind === "written" ? commits[0] : commits[1];
    expect(outcomes.filter(({ kind }) => kind === "written")).toHaveLength(1);
    expect(outcomes.find(({ kind }) => kind === "moved")).toEqual({ kind: "moved", position: winner.after });
    expect(await here.store.audit({ limit: 10 })).toEqual(winner.entries);
    await here.expectState(
      {
        ...emptyState,
        ...applyChange(emptyState, winner.change),
        position: winner.after,
        kill: winner.kill ?? null,
      },
      emptyState,
    );
  });

  it.each([
    ["version", { version: 2 }],
    ["sequence", { seq: 2 }],
    ["hash", { hash: "another" }],
  ])("takes no commit whose writer saw another %s", async (_what, difference) => {
    const position = await write(here.store, { change: setting(record("A")) });
    const before = await here.store.read();
    const commit = commitOn({ ...position, ...difference }, { change: setting(record("B")), kill });
    expect(await here.store.commit(commit)).toEqual({ kind: "moved", position });
    expect(await here.store.restore(before, { ...position, ...difference })).toEqual({ kind: "moved", position });
    await here.expectState(before, before);
  });

  it("says at once that another threw the kill or ended it", async () => {
    const other = here.handle().store;
    expect(await other.killed()).toEqual({ position: nowhere, kill: null });
    for (const now of [kill, null]) {
      const position = await write(here.store, { kill: now });
      expect(await other.killed()).toEqual({ position, kill: now });
    }
  });

  it("says that another threw the kill while it is still reading a long list", async () => {
    const members = people(150_000);
    await write(here.store, { change: { flags: [], lists: [{ kind: "replaced", list: "audience:long", members }] } });
    const other = here.handle().store;
    const order: string[] = [];
    const reading = other.read().finally(() => order.push("read"));
    const position = await write(here.store, { kill });
    expect(await other.killed()).toEqual({ position, kill });
    order.push("killed");
    const { audiences } = await reading;
    expect(audiences.get("long")?.size).toBe(members.length);
    expect(order).toEqual(["killed", "read"]);
  });

  it("brings a state up by the commits in between", async () => {
    await write(here.store, { change: setting(record("A")) });
    const seen = await here.store.read();
    const commits = [];
    for (const percent of [1, 2, 3]) {
      const commit = commitOn(await here.store.position(), {
        change: setting(record("A", { percent })),
        ...(percent === 2 ? { kill } : {}),
        entries: [{ subject: "A", after: { percent } }, {}],
      });
      await here.store.commit(commit);
      commits.push(commit);
    }
    const caughtUp = await here.store.catchUp(seen);
    expect(caughtUp.commits).toEqual(commits);
    expect(plain(caughtUp.state)).toEqual(plain(await here.store.read()));
    expect(caughtUp.state.kill).toEqual(kill);
  });

  it("brings a state up as a whole where the commits in between are no longer there", async () => {
    await write(here.store, { change: setting(record("A")) });
    const seen = await here.store.read();
    // Each entry fits into the log, all of them together do not.
    for (let percent = 0; percent < 18; percent += 1) {
      await write(here.store, {
        change: setting(record("A", { percent })),
        entries: [{ reason: "x".repeat(1_000_000) }],
      });
    }
    const caughtUp = await here.store.catchUp(seen);
    expect(caughtUp.commits).toBeNull();
    expect(plain(caughtUp.state)).toEqual(plain(await here.store.read()));
    const near = await here.store.read();
    await write(here.store, { change: setting(record("A", { percent: 7 })) });
    expect((await here.store.catchUp(near)).commits).toHaveLength(1);
  });

  it("keeps the last 1,000 commits", async () => {
    const seen: StoredState[] = [];
    let position = nowhere;
    for (let version = 1; version <= 1002; version += 1) {
      const commit = commitOn(position, { change: setting(record("A", { version })) });
      expect(await here.store.commit(commit)).toEqual({ kind: "written" });
      position = commit.after;
      if (version <= 2) seen.push(await here.store.read());
    }
    const commits = await Promise.all(
      seen.map(async (state) => (await here.store.catchUp(state)).commits?.length ?? null),
    );
    expect(commits).toEqual([null, 1000]);
  });

  it("brings a state up as a whole after a commit too long for the log", async () => {
    await write(here.store, { change: setting(record("A")) });
    const seen = await here.store.read();
    await write(here.store, { entries: [{ reason: "x".repeat(1_100_000) }] });
    await write(here.store, { change: setting(record("A", { percent: 1 })) });
    const caughtUp = await here.store.catchUp(seen);
    expect(caughtUp.commits).toBeNull();
    expect(plain(caughtUp.state)).toEqual(plain(await here.store.read()));
  });

  it("brings a state of another history up as a whole", async () => {
    await write(here.store, { change: setting(record("A")) });
    await write(here.store, { change: setting(record("B")) });
    const stranger = { ...emptyState, position: { version: 1, seq: 1, hash: "another" } };
    const ahead = { ...emptyState, position: { version: 9, seq: 9, hash: "another" } };
    for (const state of [stranger, ahead]) {
      const caughtUp = await here.store.catchUp(state);
      expect(caughtUp.commits).toBeNull();
      expect(plain(caughtUp.state)).toEqual(plain(await here.store.read()));
    }
  });

  it("is heard by another handle within a second, each time", async () => {
    const other = here.handle();
    for (let version = 0; version < 3; version += 1) {
      const heard = other.leaves(version);
      const started = performance.now();
      await write(here.store, { change: setting(record("A", { percent: version })) });
      await heard;
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });

  it("is the same by whichever way it is followed, whoever wrote", async () => {
    const other = here.handle().store;
    const shopper = fc.constantFrom("a", "b", "c", "d", "e", "f");
    const shoppers = fc.uniqueArray(shopper);
    const step = fc.record({
      second: fc.boolean(),
      late: fc.boolean(),
      key: fc.constantFrom("A", "B"),
      percent: fc.integer({ min: 0, max: 100 }),
      how: fc.constantFrom("replaced", "edited", "dropped", "removed"),
      added: shoppers,
      removed: shoppers,
      kill: fc.constantFrom(undefined, null, kill),
    });
    let model = await here.store.read();
    let behind = model;
    const followers = [model, model];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        for (const one of steps) {
          const base = one.late ? behind : model;
          const change = changeOf(base, one);
          const commit = commitOn(base.position, { change, ...(one.kill === undefined ? {} : { kill: one.kill }) });
          const outcome = await (one.second ? other : here.store).commit(commit);
          const isMoved = base.position.version !== model.position.version;
          expect(outcome).toEqual(isMoved ? { kind: "moved", position: model.position } : { kind: "written" });
          behind = model;
          if (!isMoved) {
            model = {
              ...model,
              ...applyChange(model, change),
              position: commit.after,
              kill: commit.kill === undefined ? model.kill : commit.kill,
            };
          }
        }
        for (const [index, follower] of [here.store, other].entries()) {
          const { state, commits } = await follower.catchUp(followers[index] ?? emptyState);
          expect(commits).not.toBeNull();
          expect(plain(state)).toEqual(plain(model));
          expect(plain(await follower.read())).toEqual(plain(model));
          followers[index] = state;
        }
      }),
      { numRuns: 40 },
    );
  });
}

interface Step {
  readonly key: string;
  readonly percent: number;
  readonly how: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** A change such as a plan makes, of a flag's denylist and an audience. */
function changeOf(state: StoredState, { key, percent, how, added, removed }: Step): Change {
  const before = state.flags.get(key)?.denylist;
  if (how === "removed") {
    const drops: ListChange[] = before === undefined ? [] : [{ kind: "dropped", list: `denylist:${key}` }];
    return { flags: before === undefined ? [] : [{ kind: "removed", key }], lists: drops };
  }
  const listChange = (list: ListChange["list"]): ListChange => {
    if (how === "dropped") return { kind: "dropped", list };
    return how === "edited" ? { kind: "edited", list, added, removed } : { kind: "replaced", list, members: added };
  };
  const after = new Set(how === "edited" ? before?.members() : []);
  for (const one of how === "edited" ? removed : []) after.delete(one);
  for (const one of how === "dropped" ? [] : added) after.add(one);
  return {
    flags: setting(record(key, { percent, denylist: after.size })).flags,
    lists: [listChange(`denylist:${key}`), listChange("audience:members")],
  };
}
